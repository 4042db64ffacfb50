package io.vfiotce.tools.conform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from well-formed files. */
class VectorFileTest {
    private static final List<String> HARDWARE_LINES = List.of(
            "# a comment",
            "scenario 3 hostPageShift=12",
            "memslot gpa=8000000 size=4000000 ua=100008000000",
            "prereg id=1a ua=100008000000 pages=2000 -> 0",
            "window liobn=80000200 shift=16 offset=80000000000 size=40 -> -22",
            "attach liobn=80000200 table=1 shift=12 bytes=40000 levels=3 -> -22",
            "# table alloc -22",
            "",
            "unreg 1a = -16",
            "put ffffffffffffffff 8000000000000000 3 = 9999",
            "hw 80000200 1 c5 100001b35003 100001b35000",
            "mapped 1a 889",
            "locked 3009",
            "end");

    @TempDir
    private Path directory;

    private Scenario first(final List<String> lines) throws IOException {
        try (VectorFile file = VectorFile.open(Vectors.write(directory, lines))) {
            return file.next();
        }
    }

    @Test
    void shouldReadEveryFieldWhenScenarioHasHardwareTables() throws IOException {
        final Scenario scenario = first(HARDWARE_LINES);
        assertEquals("scenario 3", scenario.name());
        assertEquals(
                List.of(2L, 14L, 12L), List.of(scenario.line(), scenario.endLine(), (long) scenario.hostPageShift()));
        final List<Step> steps = scenario.steps();
        assertEquals(new Step.AddMemslot(3, 0x8000000L, 0x4000000L, 0x100008000000L), steps.get(0));
        assertEquals(new Step.Preregister(4, 0x1A, 0x100008000000L, 0x2000, 0), steps.get(1));
        assertEquals(new Step.CreateWindow(5, 0x80000200L, 16, 0x80000000000L, 0x40, -22), steps.get(2));
        assertEquals(new Step.Attach(6, new TableName(0x80000200L, 1), 12, 0x40000, 3, -22), steps.get(3));
        assertEquals(new Step.Unregister(9, 0x1A, -16), steps.get(4));
        final VectorCall put = (VectorCall) steps.get(5);
        assertEquals("put ffffffffffffffff 8000000000000000 3", put.text());
        assertEquals(9999, put.status());
        assertEquals(false, put.realMode());
        assertEquals(6, steps.size());
        assertEquals(
                List.of(new EndState.HardwareEntry(
                        11, new TableName(0x80000200L, 1), 0xC5, 0x100001B35003L, 0x100001B35000L)),
                List.copyOf(scenario.endState().hardware()));
        assertEquals(
                List.of(new EndState.MappedCount(12, 0x1A, 889)),
                List.copyOf(scenario.endState().mapped()));
        assertEquals(new EndState.LockedPages(13, 0x3009), scenario.endState().locked());
    }

    @Test
    void shouldReadListStatusesAndEndStateWhenScenarioHasCalls() throws IOException {
        final Scenario scenario = first(Vectors.KERNEL_LINES);
        final VectorCall indirect = (VectorCall) scenario.steps().get(3);
        assertArrayEquals(new long[] {0x5003, 0x6003}, indirect.words());
        assertEquals("indirect 80000000 4000 2000 2", indirect.text());
        assertTrue(indirect.realMode());
        final VectorCall put = (VectorCall) scenario.steps().get(2);
        assertEquals(List.of(0L, 9999L), List.of(put.status(), put.realModeStatus()));
        final VectorCall get = (VectorCall) scenario.steps().get(4);
        assertEquals(List.of("get 80000000 5000", 0x6003L), List.of(get.text(), get.value()));
        assertEquals("stuff 80000000 4000 0 2", ((VectorCall) scenario.steps().get(5)).text());
        assertEquals(
                List.of(new EndState.GuestEntry(8, 0x80000000L, 3, 0x1001)),
                List.copyOf(scenario.endState().guest()));
    }

    @Test
    void shouldReadStartInBytesWhenProfileIsQemu() throws IOException {
        final Scenario scenario = first(Vectors.QEMU_LINES);
        assertEquals(Profile.QEMU, scenario.profile());
        assertEquals(0x10000, scenario.ramBytes());
        assertEquals(
                new Step.CreateWindow(2, 0x80000000L, 12, 8, 4, 0),
                scenario.steps().get(0));
    }

    @Test
    void shouldReadSameScenariosWhenFileIsPlainOrGzipped() throws IOException {
        final List<String> plain = new ArrayList<>();
        final List<String> packed = new ArrayList<>();
        final Path file = Vectors.write(directory, Vectors.scenarios(Vectors.PS12, 100));
        try (VectorFile one = VectorFile.open(file);
                VectorFile other = VectorFile.open(Vectors.resource(Vectors.PS12))) {
            for (Scenario scenario = one.next(); scenario != null; scenario = one.next()) {
                plain.add(scenario.name() + scenario.endLine());
            }
            for (Scenario scenario = other.next(); scenario != null; scenario = other.next()) {
                packed.add(scenario.name() + scenario.endLine());
            }
            assertNull(one.next());
            assertTrue(other.bytesRead() < one.bytesRead());
        }
        assertEquals(100, plain.size());
        assertEquals(plain, packed);
    }
}
