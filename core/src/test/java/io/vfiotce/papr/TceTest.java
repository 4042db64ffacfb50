package io.vfiotce.papr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bits of a TCE. */
class TceTest {
    @ParameterizedTest
    @CsvSource({"0x0, 0", "0x2001, 1", "0x2002, 2", "0x2003, 3", "0x7ffffffffffffffc, 0", "-1, 3", "-4, 0"})
    void shouldGiveTheLowTwoBitsWhenAskedForPermissions(final String tce, final int permissions) {
        assertEquals(permissions, Tce.permissions(Long.decode(tce)));
    }

    @ParameterizedTest
    @CsvSource({
        "12, 0xffc, 0xfffffffffffff000",
        "16, 0xfffc, 0xffffffffffff0000",
        "24, 0xfffffc, 0xffffffffff000000",
        "34, 0x3fffffffc, 0xfffffffc00000000"
    })
    void shouldCutTheWordAtThePageShiftWhenAsked(final int shift, final String reserved, final String page) {
        assertEquals(Long.decode(reserved), Tce.reservedBits(shift));
        assertEquals(Long.parseUnsignedLong(page.substring(2), 16), Tce.pageAddress(-1L, shift));
    }
}
