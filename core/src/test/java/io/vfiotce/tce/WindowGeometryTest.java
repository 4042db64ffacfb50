package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which windows can be. */
class WindowGeometryTest {
    @ParameterizedTest
    @CsvSource({
        "12, 0, 1, true",
        "34, 0, 1, true",
        "11, 0, 1, false",
        "35, 0, 1, false",
        "0, 0, 1, false",
        "-1, 0, 1, false",
        "76, 0, 1, false",
        "12, 0, 0, false",
        "12, 0, 0xfffffffffffff, true",
        "12, 0, 0x10000000000000, false",
        "12, 1, 0xffffffffffffe, true",
        "12, 1, 0xfffffffffffff, false",
        "12, 0xfffffffffffff, 1, false",
        "12, 0xffffffffffffe, 1, true",
        "12, 0x10000000000000, 1, false",
        "34, 0, 0x3fffffff, true",
        "34, 0, 0x40000000, false",
        "34, 0x3ffffffe, 1, true",
        "12, -1, 1, false",
        "12, 1, -1, false",
        "12, -1, 2, false",
        "12, 0xe000000000000000, 0x2000000000000000, false",
        "12, 0x8000000000000000, 0x8000000000000000, false",
    })
    void shouldAcceptAWindowOnlyWhenItLiesInTheBus(
            final int shift, final String offset, final String size, final boolean valid) {
        assertEquals(valid, new WindowGeometry(1, shift, unsigned(offset), unsigned(size)).isValid());
    }

    private static long unsigned(final String number) {
        return number.startsWith("0x") ? Long.parseUnsignedLong(number.substring(2), 16) : Long.parseLong(number);
    }

    @Test
    void shouldNameEveryFieldWhenPrinted() {
        final WindowGeometry window = new WindowGeometry(0x8000_0000L, 16, 0x800, 0x100);
        assertEquals("liobn=0x80000000 pageShift=16 offsetPages=0x800 sizePages=0x100", window.toString());
        assertEquals(0x800_0000L, window.startBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "12, 0, 16, 12, 16, 16, false",
        "12, 0, 17, 12, 16, 16, true",
        "12, 16, 16, 12, 0, 16, false",
        "12, 16, 16, 12, 0, 17, true",
        "16, 1, 1, 12, 17, 1, true",
        "16, 1, 1, 12, 0, 100, true",
        "12, 0, 0x8000000000000, 12, 0x8000000000000, 16, false",
        "12, 0, 0x8000000000001, 12, 0x8000000000000, 16, true"
    })
    void shouldOverlapWhenAByteIsInBoth(
            final int shift,
            final String offset,
            final String size,
            final int otherShift,
            final String otherOffset,
            final String otherSize,
            final boolean overlaps) {
        final WindowGeometry window = new WindowGeometry(1, shift, Long.decode(offset), Long.decode(size));
        final WindowGeometry other =
                new WindowGeometry(2, otherShift, Long.decode(otherOffset), Long.decode(otherSize));
        assertEquals(overlaps, window.overlaps(other));
        assertEquals(overlaps, other.overlaps(window));
    }
}
