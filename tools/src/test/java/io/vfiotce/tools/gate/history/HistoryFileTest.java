package io.vfiotce.tools.gate.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.SampleReports;
import io.vfiotce.tools.gate.report.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
    @TempDir
    private Path dir;

    private Path path;
    private HistoryFile file;

    @BeforeEach
    void name() {
        path = dir.resolve("history.jsonl");
        file = new HistoryFile(path);
    }

    @Test
    void shouldReadBackWhatWasAppended() throws Exception {
        final HistoryRun first = HistoryRun.of(SampleReports.everyVerdict(), "c1", "box", 1);
        final HistoryRun second = run("c2", Verdict.PASS, 2);
        file.append(first);
        file.append(second);
        final Promotion promotion = new Promotion("c1", "box", 3, "known: issue 12");
        file.promote(promotion);
        assertEquals(new History(List.of(first, second), List.of(promotion), Optional.empty()), file.read());
        assertEquals(3, Files.readAllLines(path).size());
    }

    @Test
    void shouldHoldNothingWhenThereIsNoFile() {
        assertEquals(new History(List.of(), List.of(), Optional.empty()), file.read());
    }

    @Test
    void shouldKeepTheFiguresOfUsedPairs() {
        final HistoryRun run = HistoryRun.of(SampleReports.large(1, 12), "c", "box", 1);
        final var pairs =
                SampleReports.large(1, 12).rows().get(0).layers().get(0).pairs();
        final double[] used = pairs.stream()
                .filter(pair -> pair.contaminated().isEmpty())
                .mapToDouble(pair -> pair.head().value())
                .sorted()
                .toArray();
        assertEquals(11, used.length);
        assertEquals(used[5], run.rows().get(0).metrics().get(HistoryRun.HEAD));
    }

    @Test
    void shouldReadTheRestAndRefuseToAppendWhenTheEndIsTornAnywhere() throws Exception {
        file.append(run("c1", Verdict.PASS, 1));
        final byte[] whole = Files.readAllBytes(path);
        file.append(run("c2", Verdict.PASS, 2));
        final byte[] both = Files.readAllBytes(path);
        for (int length = whole.length + 1; length < both.length; length++) {
            final byte[] torn = Arrays.copyOf(both, length);
            Files.write(path, torn);
            final History history = file.read();
            assertEquals(List.of(run("c1", Verdict.PASS, 1)), history.runs());
            assertEquals(
                    "line 2 is torn: " + (length - whole.length) + " bytes without a line end",
                    history.torn().orElseThrow());
            assertTrue(refusal(() -> file.append(run("c3", Verdict.PASS, 3)))
                    .endsWith("repair it before anything is appended"));
            assertEquals(length, Files.size(path), "a refusal changes nothing");
        }
        assertEquals(both.length - 1 - whole.length, file.repair());
        assertEquals(0, file.repair());
        file.append(run("c3", Verdict.PASS, 3));
        assertEquals(
                List.of("c1", "c3"),
                file.read().runs().stream().map(HistoryRun::commit).toList());
    }

    @Test
    void shouldRefuseInOneLineWhenAWholeLineIsNotOfThisForm() throws Exception {
        file.append(run("c1", Verdict.PASS, 1));
        final String good = Files.readString(path);
        for (final String bad : List.of(
                "\n",
                "x\n",
                "{}\n",
                "\u0000\u0000\n",
                good.replace("history.v1", "history.v2"),
                good.replace("\"run\"", "\"walk\""),
                good.replace("\"timeS\":1", "\"timeS\":\"1\""),
                good.replace("\"commit\":\"c1\",", ""),
                good.strip() + good)) {
            Files.writeString(path, good + bad + good);
            final String message = refusal(file::read);
            assertTrue(
                    message.startsWith(path + ": line 2: ") && message.lines().count() == 1, message);
            assertTrue(refusal(() -> file.append(run("c2", Verdict.PASS, 2))).contains("line 2"));
        }
    }

    @Test
    void shouldNeverCompareWithAFailedRunUntilItIsPromoted() {
        file.append(run("c1", Verdict.PASS, 1));
        file.append(run("c2", Verdict.FAIL, 2));
        file.append(run("c3", Verdict.MISSING, 3));
        file.append(run("c4", Verdict.INVALID, 4));
        assertEquals("c1", point());
        file.promote(new Promotion("c2", "box", 5, "slower on purpose"));
        assertEquals("c2", point());
        file.append(run("c5", Verdict.INCONCLUSIVE, 6));
        assertEquals("c5", point());
        file.append(run("c2", Verdict.FAIL, 7));
        assertEquals("c5", point(), "a promotion is about the runs before it");
        assertEquals(Optional.empty(), file.read().comparisonPoint("other box"));
    }

    @Test
    void shouldRefuseAPromotionWithoutReasonOrRun() {
        file.append(run("c1", Verdict.FAIL, 1));
        assertTrue(
                refusal(() -> file.promote(new Promotion("c1", "box", 2, " "))).contains("reason"));
        assertTrue(refusal(() -> file.promote(new Promotion("c1", "other", 2, "x")))
                .contains("no run of commit 'c1'"));
        assertFalse(file.read().promotions().iterator().hasNext());
    }

    @Test
    void shouldTakeTheLastRunOfACommit() {
        file.append(run("c1", Verdict.FAIL, 1));
        file.append(run("c2", Verdict.PASS, 2));
        file.append(run("c1", Verdict.PASS, 3));
        assertEquals(
                List.of(2L, 3L),
                file.read().runs("box").stream().map(HistoryRun::timeS).toList());
    }

    @Test
    void shouldKeepHostileTextInOneLine() throws Exception {
        final String hostile = SampleReports.HOSTILE.replace('\ud800', '?');
        final HistoryRun run = HistoryRun.of(SampleReports.hostile(), hostile, hostile, 1);
        file.append(run);
        assertEquals(
                1, Files.readString(path, StandardCharsets.US_ASCII).lines().count());
        assertEquals(hostile, file.read().runs(hostile).get(0).commit());
    }

    private String point() {
        return file.read().comparisonPoint("box").orElseThrow().commit();
    }

    private static HistoryRun run(final String commit, final Verdict verdict, final long timeS) {
        return new HistoryRun(commit, "box", timeS, "ab", verdict, List.of());
    }

    private static String refusal(final Executable action) {
        return assertThrows(BadInputException.class, action).getMessage();
    }
}
