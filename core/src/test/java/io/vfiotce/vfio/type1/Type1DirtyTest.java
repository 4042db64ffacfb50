package io.vfiotce.vfio.type1;

import static io.vfiotce.vfio.type1.TestContainer.PAGE;
import static io.vfiotce.vfio.type1.TestContainer.READ;
import static io.vfiotce.vfio.type1.TestContainer.unmapArgument;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.VfioRequest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** §8: DIRTY_PAGES, and UNMAP with a bitmap. */
class Type1DirtyTest {
    private static final int DIRTY = VfioRequest.VFIO_IOMMU_DIRTY_PAGES;
    private static final int UNMAP = VfioRequest.VFIO_IOMMU_UNMAP_DMA;
    private static final int START = 1;
    private static final int STOP = 2;
    private static final int GET = 4;
    private static final int DATA = 64;
    private static final long FITS = 192;

    private static IoctlArgument flag(final int flag) {
        final IoctlArgument argument = IoctlArgument.ofNew(256);
        argument.int32(0, 48);
        argument.int32(4, flag);
        return argument;
    }

    /** A request for the dirty pages of a range; the bitmap is at byte 64. */
    private static IoctlArgument get(
            final long iova, final long sizeBytes, final long pageBytes, final long bitmapBytes) {
        final IoctlArgument argument = flag(GET);
        argument.int64(8, iova);
        argument.int64(16, sizeBytes);
        argument.int64(24, pageBytes);
        argument.int64(32, bitmapBytes);
        argument.int64(40, DATA);
        return argument;
    }

    /** The same for a range that is unmapped. */
    private static IoctlArgument unmap(
            final int flags, final long iova, final long sizeBytes, final long pageBytes, final long bitmapBytes) {
        final IoctlArgument argument = unmapArgument(48, 1 | flags, iova, sizeBytes);
        argument.int64(24, pageBytes);
        argument.int64(32, bitmapBytes);
        argument.int64(40, DATA);
        return argument;
    }

    private static IoctlArgument with(final IoctlArgument argument, final int field, final long value) {
        argument.int64(field, value);
        return argument;
    }

    private static IoctlArgument withArgsz(final IoctlArgument argument, final int argsz) {
        argument.int32(0, argsz);
        return argument;
    }

    private static Row row(final String name, final long expected, final int request, final IoctlArgument argument) {
        return new Row("§8 " + name, expected, container -> container.ioctl(request, argument));
    }

    static Stream<Row> refusedInVersion2() {
        return Stream.of(
                row("DIRTY_PAGES no structure → EFAULT", -14, DIRTY, IoctlArgument.of(1)),
                row("DIRTY_PAGES argsz 7 → EINVAL", -22, DIRTY, withArgsz(flag(START), 7)),
                row("DIRTY_PAGES no flag → EINVAL", -22, DIRTY, flag(0)),
                row("DIRTY_PAGES two flags → EINVAL", -22, DIRTY, flag(START | STOP)),
                row("DIRTY_PAGES three flags → EINVAL", -22, DIRTY, flag(START | STOP | GET)),
                row("DIRTY_PAGES unknown flag → EINVAL", -22, DIRTY, flag(8)),
                row("GET_BITMAP argsz 47 → EINVAL", -22, DIRTY, withArgsz(get(0, 4 * PAGE, PAGE, 8), 47)),
                row("GET_BITMAP wraps → EINVAL", -22, DIRTY, get(-PAGE, 2 * PAGE, PAGE, 8)),
                row("GET_BITMAP not in memory → EINVAL", -22, DIRTY, with(get(0, 4 * PAGE, PAGE, 8), 40, 249)),
                row("GET_BITMAP at -1 → EINVAL", -22, DIRTY, with(get(0, 4 * PAGE, PAGE, 8), 40, -1)),
                row("GET_BITMAP of -8 bytes → EINVAL", -22, DIRTY, get(0, 4 * PAGE, PAGE, -8)),
                row("GET_BITMAP of 0 bytes → EINVAL", -22, DIRTY, get(0, 4 * PAGE, PAGE, 0)),
                row("GET_BITMAP too small → EINVAL", -22, DIRTY, get(0, 65 * PAGE, PAGE, 8)),
                row("GET_BITMAP page size 0 → EINVAL", -22, DIRTY, get(0, 4 * PAGE, 0, 8)),
                row("GET_BITMAP other page size → EINVAL", -22, DIRTY, get(0, 4 * PAGE, 2 * PAGE, 8)),
                row("GET_BITMAP iova misaligned → EINVAL", -22, DIRTY, get(1, 4 * PAGE, PAGE, 8)),
                row("GET_BITMAP size 0 → EINVAL", -22, DIRTY, get(0, 0, PAGE, 8)),
                row("GET_BITMAP size misaligned → EINVAL", -22, DIRTY, get(0, 4 * PAGE + 1, PAGE, 8)),
                row("GET_BITMAP cuts at the start side → EINVAL", -22, DIRTY, get(PAGE, 3 * PAGE, PAGE, 8)),
                row("GET_BITMAP cuts at the end side → EINVAL", -22, DIRTY, get(0, 3 * PAGE, PAGE, 8)),
                row("UNMAP bitmap with ALL → EINVAL", -22, UNMAP, unmap(2, 0, 0, PAGE, 8)),
                row("UNMAP bitmap with VADDR → EINVAL", -22, UNMAP, unmap(4, 0, 4 * PAGE, PAGE, 8)),
                row("UNMAP bitmap argsz 47 → EINVAL", -22, UNMAP, withArgsz(unmap(0, 0, 4 * PAGE, PAGE, 8), 47)),
                row("UNMAP bitmap of 0 bytes → EINVAL", -22, UNMAP, unmap(0, 0, 4 * PAGE, PAGE, 0)),
                row("UNMAP bitmap too small → EINVAL", -22, UNMAP, unmap(0, 0, 65 * PAGE, PAGE, 15)),
                row("UNMAP bitmap not in memory → EINVAL", -22, UNMAP, with(unmap(0, 0, 4 * PAGE, PAGE, 8), 40, 249)),
                row("UNMAP bitmap misaligned → EINVAL", -22, UNMAP, unmap(0, 1, 4 * PAGE, PAGE, 8)),
                row("UNMAP bitmap size 0 → EINVAL", -22, UNMAP, unmap(0, 0, 0, PAGE, 8)),
                row("UNMAP bitmap other page size → EINVAL", -22, UNMAP, unmap(0, 0, 4 * PAGE, 2 * PAGE, 8)),
                row("UNMAP bitmap cuts a mapping → EINVAL", -22, UNMAP, unmap(0, 0, 3 * PAGE, PAGE, 8)));
    }

    @ParameterizedTest
    @MethodSource("refusedInVersion2")
    void shouldRefuseAndChangeNothingWhenTheCallIsWrong(final Row row) {
        try (TestContainer container = TestContainer.v2()) {
            container.mapPages(0, 4);
            assertEquals(0, container.ioctl(DIRTY, flag(START)));
            assertEquals(row.expected(), row.call().applyAsLong(container));
            container.assertMapped(0, 1, 2, 3);
        }
    }

    @ParameterizedTest(name = "§8 DIRTY_PAGES on v1, flag {0} → EACCES")
    @ValueSource(ints = {START, STOP, GET, 0, 8})
    void shouldReportEaccesWhenTheVersionIs1(final int flag) {
        try (TestContainer container = TestContainer.v1()) {
            assertEquals(-13, container.ioctl(DIRTY, flag(flag)));
            assertEquals(-13, container.ioctl(DIRTY, IoctlArgument.of(0)), "before EFAULT");
            assertEquals(-22, container.ioctl(UNMAP, unmap(0, 0, PAGE, PAGE, 8)), "and nothing is tracked");
            assertEquals(-13, TestContainer.result(container.iommu::stopDirtyTracking));
            assertEquals(-13, TestContainer.result(() -> container.iommu.dirtyBitmap(0, PAGE, PAGE, null)));
        }
    }

    @Test
    void shouldRefuseBitmapsWhenNothingIsTracked() {
        try (TestContainer container = TestContainer.v2()) {
            container.mapPages(0, 4);
            assertEquals(-22, container.ioctl(DIRTY, get(0, 4 * PAGE, PAGE, 8)));
            assertEquals(-22, container.ioctl(UNMAP, unmap(0, 0, 4 * PAGE, PAGE, 8)));
            assertEquals(0, container.ioctl(DIRTY, flag(START)));
            assertEquals(0, container.ioctl(DIRTY, flag(START)), "again");
            assertEquals(0, container.ioctl(DIRTY, get(0, 4 * PAGE, PAGE, 8)));
            assertEquals(0, container.ioctl(DIRTY, flag(STOP)));
            assertEquals(0, container.ioctl(DIRTY, flag(STOP)), "again");
            assertEquals(-22, container.ioctl(DIRTY, get(0, 4 * PAGE, PAGE, 8)));
            container.assertMapped(0, 1, 2, 3);
        }
    }

    @Test
    void shouldMarkEveryMappedPageWhenDirtyPagesAreAsked() {
        try (TestContainer container = TestContainer.v2()) {
            container.mapPages(2, 3);
            container.mapPages(62, 4);
            container.mapPages(127, 1);
            container.mapPages(300, 1);
            assertEquals(0, container.ioctl(DIRTY, flag(START)));
            final IoctlArgument argument = get(PAGE, 130 * PAGE, PAGE, FITS);
            argument.int64(DATA, Long.MIN_VALUE);
            assertEquals(0, container.ioctl(DIRTY, argument));
            assertEquals(1L << 1 | 1L << 2 | 1L << 3 | 1L << 61 | 1L << 62 | Long.MIN_VALUE, argument.int64(DATA));
            assertEquals(1 | 1L << 62, argument.int64(DATA + 8));
            assertEquals(0, argument.int64(DATA + 16));
        }
    }

    @Test
    void shouldFillWholeWordsWhenAMappingIsLong() {
        try (TestContainer container = TestContainer.v2()) {
            container.mapPages(1, 64);
            assertEquals(0, container.ioctl(DIRTY, flag(START)));
            final IoctlArgument argument = get(PAGE, 64 * PAGE, PAGE, 8);
            assertEquals(0, container.ioctl(DIRTY, argument));
            assertEquals(-1, argument.int64(DATA));
            assertEquals(0, argument.int64(DATA + 8));
        }
    }

    @Test
    void shouldTellDirtyPagesAndSizeWhenUnmappingWithABitmap() {
        try (TestContainer container = TestContainer.v2()) {
            container.mapPages(1, 2);
            container.mapPages(5, 1);
            assertEquals(0, container.ioctl(DIRTY, flag(START)));
            final IoctlArgument argument = unmap(0, 0, 8 * PAGE, PAGE, 8);
            assertEquals(0, container.ioctl(UNMAP, argument));
            assertEquals(3 * PAGE, argument.int64(16));
            assertEquals(0b100110, argument.int64(DATA));
            container.assertMapped();
        }
    }

    private record Room(long sizeBytes) implements DirtyBitmap {
        @Override
        public void mark(final long firstBit, final long bits) {
            throw new AssertionError("nothing is mapped");
        }
    }

    @Test
    void shouldLimitTheBitmapWhenItIsOver256Mebibytes() {
        try (TestContainer container = TestContainer.v2()) {
            final Type1Iommu iommu = container.iommu;
            iommu.startDirtyTracking();
            iommu.dirtyBitmap(0, PAGE << 31, PAGE, new Room(1 << 28));
            assertEquals(
                    -22,
                    TestContainer.result(() -> iommu.dirtyBitmap(0, (PAGE << 31) + PAGE, PAGE, new Room(1 << 28))));
            assertEquals(-22, TestContainer.result(() -> iommu.dirtyBitmap(0, PAGE, PAGE, new Room((1 << 28) + 8))));
            assertEquals(-22, TestContainer.result(() -> iommu.dirtyBitmap(0, PAGE, PAGE, new Room(-1))));
        }
    }

    @Test
    void shouldRefuseToTrackWhenAMappingHasTooManyPages() {
        final LockedMemory locked = LockedMemory.unlimited();
        try (TestContainer container = TestContainer.v2();
                UserProcess large =
                        new UserProcess(new ProcessConfig().hostPageShift(12).lockedMemory(locked))) {
            final Type1Iommu iommu = container.iommu;
            final long pages = Integer.MAX_VALUE;
            iommu.startDirtyTracking();
            iommu.mapDma(large, READ, 0, 0, pages * PAGE);
            assertEquals(-22, TestContainer.result(() -> iommu.mapDma(large, READ, 0, 1L << 45, (pages + 1) * PAGE)));
            assertEquals(pages, locked.lockedPages(), "the refused mapping is gone");
            iommu.stopDirtyTracking();
            iommu.mapDma(large, READ, 0, 1L << 45, (pages + 1) * PAGE);
            assertEquals(-22, TestContainer.result(iommu::startDirtyTracking));
            iommu.unmapAll();
            assertEquals(0, locked.lockedPages());
        }
    }
}
