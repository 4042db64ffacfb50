package io.vfiotce.tools.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowGeometryTest {
    @Test
    void shouldParseOverrideWhenNumbersAreDecimalOrHexadecimal() {
        final Map.Entry<Long, WindowGeometry> expected =
                Map.entry(0x80000001L, new WindowGeometry(16, 1L << 59, 1L << 14));
        assertEquals(expected, WindowGeometry.parseOverride("0x80000001=16,0x800000000000000,0x40000000"));
        assertEquals(expected, WindowGeometry.parseOverride("2147483649=0x10,576460752303423488,1073741824"));
        assertEquals(
                1L << 63,
                WindowGeometry.parseOverride("0=12,0x8000000000000000,4096")
                        .getValue()
                        .startBytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1=",
                "1=12,0",
                "1=12,0,4096,5",
                "1=12,0,4096=",
                "x=12,0,4096",
                "1=-12,0,4096",
                "1=12,+1,4096",
                "1=12,0,0x",
                "1=12,0,99999999999999999999",
                "0x100000000=12,0,4096",
                "1=11,0,4096",
                "1=35,0,4096",
                "1=4294967308,0,4096",
                "1=12,1,4096",
                "1=12,0,0",
                "1=12,0,4097",
                "1=12,0,0x8000000000000000",
                "1=12,0xfffffffffffff000,8192",
                "1= 12,0,4096"
            })
    void shouldQuoteTextWhenOverrideIsBad(final String text) {
        final IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> WindowGeometry.parseOverride(text));
        assertTrue(e.getMessage().startsWith("window '" + text + "'"), e.getMessage());
    }

    @Test
    void shouldGiveDefaultByBit31WhenLogSaysNothing() {
        assertEquals(new WindowGeometry(12, 0, 262144), WindowGeometry.defaultOf(0x80000000L));
        assertEquals(new WindowGeometry(12, 0, 65536), WindowGeometry.defaultOf(0x71000002L));
    }

    @Test
    void shouldHoldItsPagesOnlyWhenAddressIsInside() {
        final WindowGeometry geometry = new WindowGeometry(16, 0x100000, 2);
        assertEquals(1, geometry.iobaToEntry(0x11ffff));
        assertTrue(geometry.holds(geometry.iobaToEntry(0x11ffff)));
        assertFalse(geometry.holds(geometry.iobaToEntry(0x120000)));
        assertFalse(geometry.holds(geometry.iobaToEntry(0xfffff)));
        assertFalse(geometry.holds(-1));
        assertEquals(0x120000, geometry.endBytes());
    }

    @Test
    void shouldAcceptWindowWhenItEndsWithTheAddressSpace() {
        final WindowGeometry geometry = WindowGeometry.ofBytes(12, -0x2000, 0x2000);
        assertEquals(0, geometry.endBytes());
        assertTrue(geometry.holds(geometry.iobaToEntry(-1)));
    }
}
