package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.support.Seeds;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges of bus addresses against windows: boundaries, wrap-around, and a model that cannot overflow. */
class TceTableRangeTest {
    private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

    private static TceTable table(final int shift, final long offset, final long size) {
        return new TceTable(new WindowGeometry(1, shift, offset, size), 16, new OffHeap(Long.MAX_VALUE));
    }

    @ParameterizedTest(name = "window of 256 pages from page {1}, shift {0}: {2} + {3} pages")
    @CsvSource({
        "12, 0, 0x0, 1, 0",
        "12, 0, 0xff000, 1, 255",
        "12, 0, 0xff000, 2, -1",
        "12, 0, 0x100000, 1, -1",
        "12, 0, 0x100000, 0, 256",
        "12, 0, 0x101000, 0, -1",
        "12, 0, 0x0, 256, 0",
        "12, 0, 0x0, 257, -1",
        "12, 0, 0x1000, 256, -1",
        "12, 0, 0x1, 1, -1",
        "12, 0, 0xfff, 0, -1",
        "12, 0, 0x1000, 0xffffffffffffffff, -1",
        "12, 0, 0x1000, 0x8000000000000000, -1",
        "12, 0, 0x1000, 0x7fffffffffffffff, -1",
        "12, 0, 0x0, 0xffffffffffffffff, -1",
        "12, 0, 0xfffffffffffff000, 1, -1",
        "12, 0, 0xfffffffffffff000, 0xffffffffffffffff, -1",
        "12, 16, 0x10000, 1, 0",
        "12, 16, 0xf000, 1, -1",
        "12, 16, 0x0, 1, -1",
        "12, 16, 0x0, 0, -1",
        "12, 16, 0xf000, 0xffffffffffffffff, -1",
        "12, 16, 0x10f000, 1, 255",
        "12, 16, 0x110000, 0, 256",
        "12, 16, 0x110000, 1, -1",
        "24, 0, 0x800000000001000, 1, -1",
        "24, 0x800000000, 0x800000000000000, 256, 0",
        "24, 0x800000000, 0x800000000001000, 1, -1",
        "24, 0x800000000, 0x7fffffff000000, 1, -1",
        "34, 0, 0x400000000, 255, 1",
        "34, 0, 0x3ffffffff, 1, -1",
        "34, 0, 0x200000000, 1, -1",
        "12, 0xffffffffffeff, 0xffffffffffeff000, 256, 0",
        "12, 0xffffffffffeff, 0xfffffffffffff000, 0, 256",
        "12, 0xffffffffffeff, 0xfffffffffffff000, 1, -1",
    })
    void shouldGiveTheFirstEntryOnlyWhenTheRangeLiesInside(
            final int shift, final String offset, final String ioba, final String count, final long entry) {
        final TceTable table = table(shift, Long.decode(offset), 256);
        assertEquals(entry, table.firstEntry(unsigned(ioba), unsigned(count)));
    }

    private static long unsigned(final String number) {
        return number.startsWith("0x") ? Long.parseUnsignedLong(number.substring(2), 16) : Long.parseLong(number);
    }

    @Test
    void shouldAgreeWithExactArithmeticWhenArgumentsAreRandom() {
        final Random random = new Random(Seeds.seed("TceTableRangeTest"));
        int inside = 0;
        for (int i = 0; i < 2000; i++) {
            final int shift = 12 + random.nextInt(23);
            final long last = -1L >>> shift;
            final long size = 1 + (random.nextLong() >>> 1) % Math.min(last, 1L << 1 + random.nextInt(40));
            final long offset = (random.nextLong() >>> 1) % (last - size + 1);
            final TceTable table = table(shift, offset, size);
            for (int j = 0; j < 100; j++) {
                final long ioba = near(random, offset << shift, (offset + size) << shift, shift);
                final long count = near(random, 0, size, 0);
                final long expected = exact(shift, offset, size, ioba, count);
                assertEquals(
                        expected,
                        table.firstEntry(ioba, count),
                        () -> table.geometry() + " ioba=0x" + Long.toHexString(ioba) + " count=" + count);
                final long single = exact(shift, offset, size, ioba, 1);
                assertEquals(single, table.firstEntry(ioba, 1));
                assertEquals(single, table.entry(ioba));
                inside += expected < 0 ? 0 : 1;
            }
        }
        assertEquals(true, inside > 1000, "only " + inside + " ranges were inside");
    }

    private static long near(final Random random, final long low, final long high, final int shift) {
        return switch (random.nextInt(6)) {
            case 0 -> low + ((long) (random.nextInt(7) - 3) << shift);
            case 1 -> high + ((long) (random.nextInt(7) - 3) << shift);
            case 2 -> random.nextLong();
            case 3 -> random.nextLong() & -1L << shift;
            case 4 -> low + (random.nextLong() >>> 1) % Math.max(1, Math.abs(high - low)) & -1L << shift;
            default -> low + random.nextInt(3);
        };
    }

    private static long exact(final int shift, final long offset, final long size, final long ioba, final long count) {
        final BigInteger address = new BigInteger(Long.toUnsignedString(ioba));
        if (address.mod(BigInteger.ONE.shiftLeft(shift)).signum() != 0) {
            return -1;
        }
        final BigInteger entry = address.shiftRight(shift).subtract(BigInteger.valueOf(offset));
        final BigInteger end = entry.add(new BigInteger(Long.toUnsignedString(count)));
        final boolean inside = entry.signum() >= 0 && end.compareTo(BigInteger.valueOf(size)) <= 0;
        return inside && end.compareTo(TWO_64) < 0 ? entry.longValueExact() : -1;
    }
}
