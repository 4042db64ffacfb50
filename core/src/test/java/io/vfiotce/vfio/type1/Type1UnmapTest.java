package io.vfiotce.vfio.type1;

import static io.vfiotce.vfio.type1.TestContainer.ALL;
import static io.vfiotce.vfio.type1.TestContainer.PAGE;
import static io.vfiotce.vfio.type1.TestContainer.READ;
import static io.vfiotce.vfio.type1.TestContainer.VADDR;
import static io.vfiotce.vfio.type1.TestContainer.unmapArgument;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.vfio.VfioRequest;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** §8: the order of UNMAP's checks, and what a range removes in version 1 and 2. */
class Type1UnmapTest {
    private static final int UNMAP = VfioRequest.VFIO_IOMMU_UNMAP_DMA;

    private static Row row(final String name, final long expected, final ToLongFunction<TestContainer> call) {
        return new Row("§8 UNMAP " + name, expected, call);
    }

    static Stream<Row> refused() {
        return Stream.of(
                row("no structure → EFAULT", -14, c -> c.ioctl(UNMAP, IoctlArgument.of(7))),
                row("23 bytes there, argsz 0 → EFAULT", -14, c -> c.ioctl(UNMAP, IoctlArgument.ofNew(23))),
                row("argsz 23 → EINVAL", -22, c -> c.ioctl(UNMAP, unmapArgument(23, 0, 0, 4 * PAGE))),
                row("unknown flag → EINVAL", -22, c -> c.unmap(8, 0, 4 * PAGE)),
                row("unknown highest flag → EINVAL", -22, c -> c.unmap(1 << 31, 0, 4 * PAGE)),
                row("iova misaligned → EINVAL", -22, c -> c.unmap(0, 1, 4 * PAGE)),
                row("ALL with iova → EINVAL", -22, c -> c.unmap(ALL, PAGE, 0)),
                row("ALL with size → EINVAL", -22, c -> c.unmap(ALL, 0, 4 * PAGE)),
                row("ALL with misaligned iova → EINVAL", -22, c -> c.unmap(ALL, 1, 0)),
                row("size 0 → EINVAL", -22, c -> c.unmap(0, 0, 0)),
                row("size misaligned → EINVAL", -22, c -> c.unmap(0, 0, 4 * PAGE + 1)),
                row("wrapping → EINVAL", -22, c -> c.unmap(0, -PAGE, 5 * PAGE)),
                row("VADDR with size 0 → EINVAL", -22, c -> c.unmap(VADDR, 0, 0)),
                row("VADDR of an invalidated mapping → EINVAL", -22, c -> {
                    assertEquals(4 * PAGE, c.unmap(VADDR, 0, 4 * PAGE));
                    return c.unmap(VADDR, 0, 4 * PAGE);
                }));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void shouldRefuseAndRemoveNothingWhenUnmapIsWrong(final Row row) {
        for (final long type : new long[] {1, 3, 6}) {
            try (TestContainer container = new TestContainer(type)) {
                container.mapPages(0, 4);
                assertEquals(row.expected(), row.call().applyAsLong(container));
                container.assertMapped(0, 1, 2, 3);
                assertEquals(1, container.mappings());
            }
        }
    }

    /** What is unmapped of the mappings of pages 2-3, 4-5 and 8-9, in pages; -22 for EINVAL. */
    private record Cut(String name, long first, long pages, long v1, long v2, long[] leftV1, long[] leftV2) {
        @Override
        public String toString() {
            return "§8 UNMAP range: " + name;
        }
    }

    private static long[] pages(final long... pages) {
        return pages;
    }

    static Stream<Cut> cuts() {
        final long[] all = pages(2, 3, 4, 5, 8, 9);
        return Stream.of(
                new Cut("exact", 2, 2, 2, 2, pages(4, 5, 8, 9), pages(4, 5, 8, 9)),
                new Cut("exact, the last", 8, 2, 2, 2, pages(2, 3, 4, 5), pages(2, 3, 4, 5)),
                new Cut("covers several whole mappings", 2, 4, 4, 4, pages(8, 9), pages(8, 9)),
                new Cut("covers several with gaps around", 0, 12, 6, 6, pages(), pages()),
                new Cut("ends in a gap", 4, 3, 2, 2, pages(2, 3, 8, 9), pages(2, 3, 8, 9)),
                new Cut("cuts a mapping at its start side", 3, 1, 0, -22, all, all),
                new Cut("cuts at the start side, covers others", 3, 7, 0, -22, all, all),
                new Cut("cuts a mapping at its end side", 2, 1, 2, -22, pages(4, 5, 8, 9), all),
                new Cut("covers one, cuts the next at its end side", 2, 3, 4, -22, pages(8, 9), all),
                new Cut("gap, then cuts at the end side", 6, 3, 2, -22, pages(2, 3, 4, 5), all),
                new Cut("nothing there, between", 6, 2, 0, 0, all, all),
                new Cut("nothing there, below", 0, 2, 0, 0, all, all),
                new Cut("nothing there, above", 10, 100, 0, 0, all, all));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void shouldRemoveWhatTheRuleSaysWhenVersion1Unmaps(final Cut cut) {
        unmapRange(1, cut, cut.v1, cut.leftV1);
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void shouldRemoveWhatTheRuleSaysWhenVersion2Unmaps(final Cut cut) {
        unmapRange(3, cut, cut.v2, cut.leftV2);
        unmapRange(6, cut, cut.v2, cut.leftV2);
    }

    private static void unmapRange(final int type, final Cut cut, final long result, final long[] left) {
        try (TestContainer container = new TestContainer(type)) {
            container.mapPages(2, 2);
            container.mapPages(4, 2);
            container.mapPages(8, 2);
            final long expected = result < 0 ? result : result * PAGE;
            // The form that only invalidates addresses goes by the same rule and unmaps nothing.
            assertEquals(expected, container.unmap(VADDR, cut.first * PAGE, cut.pages * PAGE));
            container.assertMapped(2, 3, 4, 5, 8, 9);
            assertEquals(expected, container.unmapPages(cut.first, cut.pages));
            container.assertMapped(left);
        }
    }

    @Test
    void shouldRemoveEverythingWhenAllIsAsked() {
        for (final long type : new long[] {1, 3}) {
            try (TestContainer container = new TestContainer(type)) {
                assertEquals(0, container.unmap(ALL, 0, 0));
                container.mapPages(0, 1);
                assertEquals(0, container.map(READ, 0, -PAGE, PAGE));
                assertEquals(2 * PAGE, container.unmap(ALL, 0, 0));
                container.assertMapped();
                assertEquals(0, container.mappings());
            }
        }
    }

    @Test
    void shouldInvalidateNothingWhenOneOfSeveralIsInvalidAlready() {
        try (TestContainer container = TestContainer.v2()) {
            LongStream.of(0, 2, 4).forEach(page -> container.mapPages(page, 1));
            assertEquals(PAGE, container.unmap(VADDR, 2 * PAGE, PAGE));
            assertEquals(-22, container.unmap(VADDR, 0, 5 * PAGE));
            assertEquals(-22, container.unmap(VADDR | ALL, 0, 0));
            assertEquals(-22, container.map(VADDR, 0, 0, PAGE), "the first is still valid");
            assertEquals(-22, container.map(VADDR, 0, 4 * PAGE, PAGE), "the last is still valid");
            assertEquals(PAGE, container.unmap(VADDR, 0, PAGE));
            assertEquals(PAGE, container.unmap(VADDR, 4 * PAGE, PAGE));
            assertEquals(3 * PAGE, container.unmap(ALL, 0, 0));
            container.assertMapped();
        }
    }
}
