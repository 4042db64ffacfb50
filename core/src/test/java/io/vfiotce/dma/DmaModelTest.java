package io.vfiotce.dma;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.papr.Tce;
import io.vfiotce.support.Seeds;
import io.vfiotce.tce.TceTable;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random accesses and mappings against a model that translates byte by byte. */
class DmaModelTest {
    private static final int ROUNDS = 20_000;
    private static final int MAX_LENGTH = 0x6000;

    private final DmaFixture vm = new DmaFixture();
    private final Random random = new Random(Seeds.seed("DmaModelTest"));
    private final byte[] data = new byte[MAX_LENGTH];

    /** The guest physical address behind a bus address; a status less 100 if there is none. */
    private long model(final long ioba, final long access) {
        final TceTable window = ioba < DmaFixture.SECOND_START ? vm.low : vm.high;
        if (ioba < 0 || ioba >= DmaFixture.END) {
            return DmaStatus.OUTSIDE - 100;
        }
        final long tce = window.tceAcquire((ioba - window.geometry().startBytes()) >>> window.pageShift());
        if ((tce & Tce.PERMISSIONS) == 0) {
            return DmaStatus.UNMAPPED - 100;
        }
        if ((tce & access) != access) {
            return DmaStatus.PERMISSION - 100;
        }
        final long gpa = Tce.pageAddress(tce, window.pageShift()) + (ioba & (1L << window.pageShift()) - 1);
        final boolean backed = gpa >= 0
                && (gpa < DmaFixture.SLOT_BYTES
                        || gpa >= DmaFixture.SECOND_SLOT && gpa < DmaFixture.SECOND_SLOT + DmaFixture.SLOT_BYTES);
        return backed ? gpa : DmaStatus.UNBACKED - 100;
    }

    /** How many bytes can be accessed. */
    private int good(final long ioba, final int length, final int access) {
        int good = 0;
        while (good < length && model(ioba + good, access) >= 0) {
            good++;
        }
        return good;
    }

    private int status(final long ioba, final int access) {
        final long gpa = model(ioba, access);
        return gpa >= 0 ? DmaStatus.OK : (int) gpa + 100;
    }

    private int byteAt(final long ioba, final int access) {
        return vm.bytes(model(ioba, access), 1).getByte(0);
    }

    private void mapOne() {
        final boolean isLow = random.nextBoolean();
        final TceTable window = isLow ? vm.low : vm.high;
        // Every kind of target: slots, the hole, beyond; the large pages reach over ends of slots.
        final long page = (long) random.nextInt(isLow ? 0xD0 : 0xD) << window.pageShift();
        window.fill(random.nextInt((int) window.sizePages()), 1, page | random.nextInt(10) & 3);
    }

    private void write(final DmaContext nic, final long ioba, final int length) {
        random.nextBytes(data);
        final int good = good(ioba, length, DmaAccess.WRITE);
        final int status = nic.write(ioba, data, 0, length);
        assertEquals(good, nic.doneBytes());
        assertEquals(good == length ? DmaStatus.OK : status(ioba + good, DmaAccess.WRITE), status);
        // Two pages may lead to the same memory; the later byte wins.
        for (int i = Math.max(0, good - 0x1000); i < good; i++) {
            assertEquals(data[i], byteAt(ioba + i, DmaAccess.WRITE));
        }
    }

    private void read(final DmaContext nic, final long ioba, final int length) {
        final byte[] expected = new byte[length];
        final int good = good(ioba, length, DmaAccess.READ);
        for (int i = 0; i < good; i++) {
            expected[i] = (byte) byteAt(ioba + i, DmaAccess.READ);
        }
        final byte[] found = new byte[length];
        final int status = nic.read(ioba, found, 0, length);
        assertEquals(good, nic.doneBytes());
        assertEquals(good == length ? DmaStatus.OK : status(ioba + good, DmaAccess.READ), status);
        assertArrayEquals(expected, found);
    }

    private void translate(final DmaContext nic, final long ioba, final int length) {
        final int access = 1 + random.nextInt(3);
        final int status = nic.translate(ioba, length, access);
        assertEquals(status(ioba, access), status);
        if (status == DmaStatus.OK) {
            assertEquals(vm.address(model(ioba, access)), nic.address());
            final int good = good(ioba, (int) nic.lengthBytes(), access);
            assertEquals(nic.lengthBytes(), good);
        }
    }

    private void scatter(final DmaContext nic, final long ioba, final int length) {
        final int access = 1 + random.nextInt(3);
        final UnsafeBuffer segments = new UnsafeBuffer(new byte[64 * 16]);
        final int good = good(ioba, length, access);
        final int status = nic.scatter(ioba, length, access, segments);
        assertEquals(good == length ? DmaStatus.OK : status(ioba + good, access), status);
        long done = 0;
        for (int i = 0; i < nic.segments(); i++) {
            final long address = segments.getLong(i * 16);
            final long size = segments.getLong(i * 16 + 8);
            assertEquals(vm.address(model(ioba + done, access)), address);
            assertEquals(vm.address(model(ioba + done + size - 1, access)), address + size - 1);
            done += size;
        }
        assertEquals(status == DmaStatus.OK ? length : 0, done);
    }

    private void word(final DmaContext nic, final long ioba) {
        final long word = random.nextLong();
        assertEquals(status(ioba, DmaAccess.WRITE), nic.store64(ioba, word));
        final int status = nic.load64(ioba);
        assertEquals(status(ioba, DmaAccess.READ), status);
        if (status == DmaStatus.OK && status(ioba, DmaAccess.WRITE) == DmaStatus.OK) {
            assertEquals(word, nic.value());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDoAsTheModelWhenAccessesAndMappingsAreRandom(final boolean hints) {
        try (DmaContext nic = vm.open(hints)) {
            for (int i = 0; i < 200; i++) {
                mapOne();
            }
            for (int round = 0; round < ROUNDS; round++) {
                final long ioba = random.nextInt((int) DmaFixture.END + 0x2000) & (random.nextBoolean() ? -1 : -0x1000);
                final int length = 1 + random.nextInt(random.nextInt(8) == 0 ? MAX_LENGTH : 0x40);
                switch (random.nextInt(6)) {
                    case 0 -> mapOne();
                    case 1 -> write(nic, ioba, length);
                    case 2 -> read(nic, ioba, length);
                    case 3 -> scatter(nic, ioba, length);
                    case 4 -> word(nic, ioba & -8);
                    default -> translate(nic, ioba, length);
                }
            }
        } finally {
            vm.close();
        }
    }
}
