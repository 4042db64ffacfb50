package io.vfiotce.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.papr.HStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The peer makes the checks that ours makes, or its figure would say nothing. */
class CheckedWindowsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "last entry, 0x80000000, 0x105000, 0x1fff003, 0",
        "no permissions, 0x80000000, 0x105000, 0x800, 0",
        "unknown LIOBN, 0x80000001, 0x105000, 0x1003, 9999",
        "ioba below the window, 0x80000000, 0xff000, 0x1003, -4",
        "ioba above the window, 0x80000000, 0x106000, 0x1003, -4",
        "misaligned ioba, 0x80000000, 0x105001, 0x1003, -4",
        "bits below the page, 0x80000000, 0x105000, 0x1803, -4",
        "no guest memory, 0x80000000, 0x105000, 0x2000003, 9999",
        "page far above guest memory, 0x80000000, 0x105000, 0x8000000000000003, 9999"
    })
    void shouldEndAsHPutTceWhen(
            final String what, final String liobn, final String ioba, final String tce, final long status) {
        final CheckedWindows windows = new CheckedWindows(new CheckedWindows.Ram(0, 0x200_0000));
        windows.add(0x8000_0000L, 12, 0x100, 6);
        final long word = Long.parseUnsignedLong(tce.substring(2), 16);

        assertEquals(status, windows.lazySet(Long.decode(liobn), Long.decode(ioba), word), what);
        assertEquals(status, windows.set(Long.decode(liobn), Long.decode(ioba), word), what);
        assertEquals(status == HStatus.H_SUCCESS ? word : 0, windows.get(0x8000_0000L, 0x10_5000));
    }
}
