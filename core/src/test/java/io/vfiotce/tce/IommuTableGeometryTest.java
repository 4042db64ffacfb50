package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The formulas of tables, their worked values, and which shapes there are. */
class IommuTableGeometryTest {
    private static IommuTableGeometry window(
            final int hostPageShift, final int pageShift, final int windowShift, final int levels) {
        return new IommuTableGeometry(pageShift, 0, 1L << windowShift, levels, hostPageShift);
    }

    @ParameterizedTest(name = "§6.2 worked value S={0} P={1} W={2} L={3}")
    @CsvSource({
        "16, 12, 30, 1, 262144, 262144, 0x400000",
        "16, 12, 31, 1, 524288, 524288, 0x800000",
        "16, 16, 30, 1, 16384, 16384, 0x40000",
        "16, 16, 40, 2, 16777216, 8192, 0x10020000",
        "16, 24, 40, 1, 65536, 65536, 0x100000",
        "16, 12, 16, 1, 8192, 8192, 0x20000",
        "16, 12, 40, 3, 268435456, 8192, 0x1000A0000",
        "12, 16, 40, 2, 16777216, 4096, 0x10010000",
        "12, 16, 40, 3, 16777216, 512, 0x10082000",
        "12, 12, 16, 1, 512, 512, 0x2000",
        "12, 12, 12, 1, 512, 512, 0x2000",
        "12, 12, 31, 4, 524288, 512, 0x808000",
        "12, 24, 24, 1, 512, 512, 0x2000"
    })
    void shouldGiveTheWorkedValues(
            final int hostPageShift,
            final int pageShift,
            final int windowShift,
            final int levels,
            final long sizePages,
            final int levelEntries,
            final String accountedBytes) {
        final IommuTableGeometry geometry = window(hostPageShift, pageShift, windowShift, levels);
        assertTrue(geometry.isValid());
        assertTrue(geometry.isAllocatable());
        assertEquals(sizePages, geometry.sizePages());
        assertEquals(levelEntries, 1 << geometry.levelBits());
        assertEquals(levelEntries * 8, geometry.levelBytes());
        assertEquals((long) Long.decode(accountedBytes), geometry.accountedBytes());
    }

    @ParameterizedTest(name = "§6.2 not allocatable, but accounted: S={0} P={1} W={2} L={3}")
    @CsvSource({
        "16, 16, 40, 1, 0x10000000",
        "16, 12, 34, 1, 0x4000000",
        "12, 12, 34, 1, 0x4000000",
        "16, 12, 56, 2, 0x1000010000000"
    })
    void shouldHaveNoContiguousBlockWhenALevelIsTooLarge(
            final int hostPageShift, final int pageShift, final int windowShift, final int levels, final String bytes) {
        final IommuTableGeometry geometry = window(hostPageShift, pageShift, windowShift, levels);
        assertEquals(levels == 1, geometry.isValid());
        assertFalse(geometry.isAllocatable());
        assertEquals(levels == 1 ? (long) Long.decode(bytes) : 0, geometry.accountedBytes());
    }

    @ParameterizedTest(name = "§6.2 single level up to 2^21 entries: S={0}")
    @ValueSource(ints = {12, 16})
    void shouldAllocateUpToTheLargestBlockWhenThereIsOneLevel(final int hostPageShift) {
        assertTrue(window(hostPageShift, 12, 33, 1).isAllocatable());
        assertEquals(1 << 21, window(hostPageShift, 12, 33, 1).sizePages());
        assertFalse(window(hostPageShift, 12, 34, 1).isAllocatable());
    }

    @ParameterizedTest(name = "§6.2 EINVAL: S={0} P={1} W={2} L={3}")
    @CsvSource({
        // Levels 0 or more than 5.
        "16, 16, 30, 0",
        "16, 16, 30, 6",
        "16, 16, 30, -1",
        // (level_shift - 3) * levels + page_shift is 55 or more.
        "16, 16, 40, 3",
        "16, 12, 30, 4",
        "12, 12, 30, 5",
        "12, 24, 40, 4",
        "12, 12, 55, 1",
        "16, 12, 63, 1",
        // A window smaller than its page, a page shift that is none.
        "16, 16, 15, 1",
        "12, 24, 23, 1",
        "12, 11, 30, 1",
        "12, 64, 30, 1",
        "12, 76, 30, 1",
        "12, 0, 30, 1",
        "12, -1, 30, 1"
    })
    void shouldBeInvalidWhenAFormulaSaysSo(
            final int hostPageShift, final int pageShift, final int windowShift, final int levels) {
        final IommuTableGeometry geometry = window(hostPageShift, pageShift, windowShift, levels);
        assertFalse(geometry.isValid());
        assertEquals(0, geometry.accountedBytes());
    }

    @ParameterizedTest(name = "§6.2 just valid: S={0} P={1} W={2} L={3}")
    @CsvSource({"16, 12, 30, 3", "16, 16, 40, 2", "12, 12, 30, 4", "12, 16, 30, 4", "12, 12, 54, 1", "12, 18, 40, 4"})
    void shouldBeValidWhenTheSumIsBelowTheLimit(
            final int hostPageShift, final int pageShift, final int windowShift, final int levels) {
        assertTrue(window(hostPageShift, pageShift, windowShift, levels).isValid());
    }

    @ParameterizedTest(name = "§6.2 window size {0} is no power of two → EINVAL")
    @ValueSource(longs = {0, 3, (1L << 30) + 1, (1L << 30) - 1, -1, 3L << 30, Long.MAX_VALUE})
    void shouldBeInvalidWhenTheWindowIsNoPowerOfTwo(final long windowSizeBytes) {
        assertFalse(new IommuTableGeometry(12, 0, windowSizeBytes, 1, 12).isValid());
    }

    @ParameterizedTest
    @CsvSource({
        "0, true, 0",
        "0x800000000000000, true, 0x80000000000",
        "0x10000, true, 1",
        "0x8000, false, 0",
        "1, false, 0"
    })
    void shouldStartAtAPageWhenValid(final String start, final boolean valid, final String offset) {
        final IommuTableGeometry geometry = new IommuTableGeometry(16, Long.decode(start), 1L << 30, 1, 16);
        assertEquals(valid, geometry.isValid());
        if (valid) {
            assertEquals((long) Long.decode(offset), geometry.offsetPages());
        }
    }
}
