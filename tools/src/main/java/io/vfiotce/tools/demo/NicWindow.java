package io.vfiotce.tools.demo;

import io.vfiotce.tce.WindowGeometry;
import java.util.List;

/** The card's DMA windows: the one that a machine starts with, and one of large pages, as guests have firmware make it. */
final class NicWindow {
    static final long FIRST_LIOBN = 0x80000000L;

    private static final long SECOND_START_BYTES = 1L << 59;
    private static final int SMALL_SHIFT = 12;
    private static final int LARGE_SHIFT = 16;
    private static final long SIZE_BYTES = 1L << 30;

    private NicWindow() {}

    static List<WindowGeometry> windows(final int count) {
        final WindowGeometry first = new WindowGeometry(FIRST_LIOBN, SMALL_SHIFT, 0, SIZE_BYTES >>> SMALL_SHIFT);
        final WindowGeometry second = new WindowGeometry(
                FIRST_LIOBN + 1, LARGE_SHIFT, SECOND_START_BYTES >>> LARGE_SHIFT, SIZE_BYTES >>> LARGE_SHIFT);
        return List.of(first, second).subList(0, count);
    }
}
