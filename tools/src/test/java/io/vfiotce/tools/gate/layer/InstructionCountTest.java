package io.vfiotce.tools.gate.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstructionCountTest {
    private static final InstructionPlan PLAN = new InstructionPlan(1_000, false);
    private static final long OWN = 5_000;

    /** What iterations take: five single operations, six batches; the last batch is not told apart from the end. */
    private static final long[] ITERATIONS = {
        90_000, 9_000, 8_000, 7_000, OWN + 40, OWN + 70_000, OWN + 41_000, OWN + 40_020, OWN + 40_000, OWN + 40_010
    };

    @TempDir
    private Path directory;

    @Test
    void shouldTakeTheSlopeFromSinglesToTheFewestOfTheBatches() throws IOException {
        collections(2, ITERATIONS);
        final InstructionCount count = InstructionCount.read(directory, PLAN);
        assertEquals(40, count.perInvocation(), 1e-9);
        assertEquals(5, count.batches().size());
        assertTrue(count.isSettled());
    }

    @Test
    void shouldTakeTheSameWhenJmhCollectsThrice() throws IOException {
        collections(3, ITERATIONS);
        assertEquals(40, InstructionCount.read(directory, PLAN).perInvocation(), 1e-9);
    }

    @Test
    void shouldTakeTheForkWhenItStartedProcesses() throws IOException {
        collections(1, ITERATIONS);
        Files.writeString(directory.resolve("callgrind.out.7"), file(12, 34));
        Files.writeString(directory.resolve("callgrind.out.7.1"), file(12, 34));
        Files.writeString(directory.resolve("java"), "#!/bin/sh");
        assertEquals(40, InstructionCount.read(directory, PLAN).perInvocation(), 1e-9);
    }

    @Test
    void shouldNotBeSettledWhenNoTwoBatchesAgree() {
        assertFalse(new InstructionCount(40, List.of(60.0, 50.0, 45.0, 42.0, 40.0)).isSettled());
        assertTrue(new InstructionCount(40, List.of(60.0, 50.0, 45.0, 40.19, 40.0)).isSettled());
    }

    @Test
    void shouldRefuseWhenCountsAreMissingOrDamaged() throws IOException {
        assertRefused("Callgrind has written nothing");
        collections(2, ITERATIONS);
        final Path part = directory.resolve("callgrind.out.4711.22");
        final String whole = Files.readString(part);
        Files.delete(part);
        assertRefused("21 counts of Callgrind for 11 iterations");
        Files.writeString(part, whole);
        final Path used = directory.resolve("callgrind.out.4711.11");
        final String good = Files.readString(used);
        for (final String bad :
                List.of("", good.replace("totals:", "t:"), good.replace("Ir", "Ir Dr"), good.replace("+1 ", "+1 x"))) {
            Files.writeString(used, bad);
            assertRefused("is no complete file of Callgrind");
        }
    }

    private void assertRefused(final String message) {
        final BadInputException refused =
                assertThrows(BadInputException.class, () -> InstructionCount.read(directory, PLAN));
        assertTrue(refused.getMessage().contains(message), refused::getMessage);
    }

    /** Writes what Callgrind does: before every iteration as many parts as JMH collects, the first of them with what came before. */
    private void collections(final int perIteration, final long... iterations) throws IOException {
        int part = 0;
        for (int i = 0; i <= iterations.length; i++) {
            for (int j = 0; j < perIteration; j++) {
                part++;
                final long generated = j > 0 ? 16 : i == 0 ? 170_000 : iterations[i - 1];
                Files.writeString(directory.resolve("callgrind.out.4711." + part), file(generated, 1_000_000L / part));
            }
        }
        Files.writeString(directory.resolve("callgrind.out.4711"), file(OWN + 45_000, 1_000));
    }

    private static String file(final long generated, final long others) {
        return String.join(
                "\n",
                "# callgrind format",
                "version: 1",
                "positions: line",
                "events: Ir",
                "",
                "ob=(3) /usr/lib/libjvm.so",
                "fn=(8) run",
                "64 " + others,
                "cob=(1) ???",
                "cfn=(9) 0x123",
                "calls=1 0",
                "* 999999",
                "",
                "ob=(1)",
                "fn=(9)",
                "0 " + (generated - 10),
                "+1 10",
                "cob=(3)",
                "cfn=(8)",
                "calls=2 64",
                "-1 " + generated,
                "",
                "ob=(2) ???x",
                "fn=(4) y",
                "0 5",
                "totals: " + (generated + others + 5),
                "");
    }
}
