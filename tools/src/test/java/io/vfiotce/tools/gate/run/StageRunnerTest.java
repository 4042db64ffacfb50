package io.vfiotce.tools.gate.run;

import static io.vfiotce.tools.gate.run.FakeForks.CALM;
import static io.vfiotce.tools.gate.run.FakeForks.STOLEN;
import static io.vfiotce.tools.gate.run.FakeForks.measure;
import static io.vfiotce.tools.gate.run.FakeForks.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Iterations;
import io.vfiotce.tools.gate.report.Pair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schedule, with forks that are no processes. */
class StageRunnerTest {
    private static final long SEED = 7;
    private static final RunStage FIRST = new RunStage(1, 8, 0);

    @TempDir
    private Path temp;

    private RunJournal journal(final String name) {
        return RunJournal.open(
                temp.resolve(name),
                new RunHeader(RunHeader.SCHEMA, SEED, FakeForks.START_EPOCH_MS, new TreeMap<>(Map.of("base", "x"))));
    }

    private static StageRunner runner(final FakeForks forks, final RunJournal journal) {
        return new StageRunner(forks, journal, Validity.USUAL, Metric.AUTO, forks, (job, done, planned) -> {});
    }

    private List<RowRun> run(final FakeForks forks, final RunStage stage, final SortedSet<RowName> rows)
            throws InterruptedException {
        return runner(forks, journal("forks.jsonl")).run(stage, rows);
    }

    @Test
    void shouldMeasureEveryRowOncePerRoundInAdjacentPairs() throws Exception {
        final FakeForks forks = new FakeForks(job -> measure(job, CALM));
        final List<RowRun> runs = run(forks, FIRST, rows(5));
        assertEquals(2 * 8 * 5, forks.jobs.size());
        final List<List<RowName>> orders = new ArrayList<>();
        for (int round = 0; round < 8; round++) {
            final List<RowName> order = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                final ForkJob one = forks.jobs.get(2 * (5 * round + i));
                final ForkJob two = forks.jobs.get(2 * (5 * round + i) + 1);
                assertEquals(one.of(two.arm()), two);
                assertNotEquals(one.arm(), two.arm());
                assertEquals(one.headFirst(), one.arm() == Arm.HEAD);
                assertEquals(round, one.number());
                order.add(one.row());
            }
            assertEquals(rows(5), Set.copyOf(order));
            orders.add(order);
        }
        assertTrue(new HashSet<>(orders).size() > 4, orders.toString());
        assertEquals(5, runs.size());
        for (final RowRun run : runs) {
            assertEquals(run.row().text() + " avgt t1", run.key());
            assertEquals(8, run.pairs().size());
            assertEquals(0, run.reruns());
            assertEquals("", run.failure());
            assertEquals(Metric.CPU, run.metric());
            assertEquals(
                    new Iterations(2.0, List.of(3.0, 2.0, 4.0)),
                    run.pairs().get(0).head());
        }
    }

    @Test
    void shouldKeepTheArmsApartWhenTheyDiffer() throws Exception {
        final FakeForks forks = new FakeForks(job ->
                measure(job, new ProbeFigures(List.of(job.arm() == Arm.HEAD ? 4.0 : 2.0), 1, 0, 0, 0, 0, 0)));
        for (final Pair pair : run(forks, FIRST, rows(1)).get(0).pairs()) {
            assertEquals(2, pair.base().value());
            assertEquals(4, pair.head().value());
        }
    }

    @Test
    void shouldRerunAtTheEndOfTheRoundWhenAPairIsContaminated() throws Exception {
        final FakeForks forks = new FakeForks(job -> measure(
                job,
                job.number() == 2 && job.attempt() == 0 && job.arm() == Arm.HEAD
                        ? new ProbeFigures(List.of(99.0), 1, 0, 0.05, 0, 0, 0)
                        : CALM));
        final List<RowRun> runs = run(forks, FIRST, rows(3));
        assertEquals(2 * (8 * 3 + 3), forks.jobs.size());
        for (int i = 0; i < 6; i++) {
            final ForkJob rerun = forks.jobs.get(2 * 3 * 3 + i);
            assertEquals(1, rerun.attempt());
            assertEquals(2, rerun.number());
        }
        runs.forEach(run -> {
            assertEquals(1, run.reruns());
            assertEquals(8, run.pairs().size());
            assertEquals(
                    List.of(0, 1, 2, 3, 4, 5, 6, 7),
                    run.pairs().stream().map(Pair::number).toList());
            assertEquals("", run.pairs().get(2).contaminated());
            assertEquals(2.0, run.pairs().get(2).head().value());
        });
    }

    @Test
    void shouldRerunHalfAtMostAndKeepWhatIsStillBadWhenTheHostStaysBad() throws Exception {
        final FakeForks forks = new FakeForks(job -> measure(job, job.arm() == Arm.BASE ? STOLEN : CALM));
        final RowRun run = run(forks, FIRST, rows(1)).get(0);
        assertEquals(2 * (8 + 4), forks.jobs.size());
        assertEquals(4, run.reruns());
        assertEquals(8, run.pairs().size());
        run.pairs().forEach(pair -> assertEquals("base: steal 5.0 % is above 2.0 %", pair.contaminated()));
    }

    @Test
    void shouldRerunOnlyWhenThereIsTimeForTheRestOfTheStage() throws Exception {
        final FakeForks forks = new FakeForks(job -> measure(job, job.arm() == Arm.BASE ? STOLEN : CALM));
        final List<Long> asked = new ArrayList<>();
        final RowRun run = runner(forks, journal("forks.jsonl"))
                .run(FIRST, rows(2), pairs -> {
                    asked.add(pairs);
                    return pairs <= 5;
                })
                .get(0);
        assertEquals(
                List.of(15L, 15L, 13L, 13L, 11L, 11L, 9L, 9L, 7L, 7L, 5L, 5L, 3L, 3L, 1L, 1L),
                asked,
                "of eight pairs of two rows");
        assertEquals(3, run.reruns());
        assertEquals(8, run.pairs().size());
        assertEquals(2 * (2 * 8 + 2 * 3), forks.jobs.size());
    }

    @Test
    void shouldRerunWithoutLookingAtFiguresWhenTheyAreExtreme() throws Exception {
        final FakeForks forks = new FakeForks(job ->
                measure(job, new ProbeFigures(List.of(job.number() == 3 ? 1e9 : 1.0), 1, 0, 0, 0, 0, 0)));
        assertEquals(0, run(forks, FIRST, rows(1)).get(0).reruns());
    }

    @Test
    void shouldGoOnWithTheOthersWhenForksOfOneRowFailTwice() throws Exception {
        final FakeForks forks = new FakeForks(job -> {
            if (job.row().benchmark().endsWith("row1") && job.number() == 1) {
                throw new ForkFailedException("killed");
            }
            return measure(job, CALM);
        });
        final List<RowRun> runs = run(forks, FIRST, rows(3));
        assertEquals("killed", runs.get(1).failure());
        assertEquals(1, runs.get(1).pairs().size());
        assertEquals("", runs.get(2).failure());
        assertEquals(8, runs.get(2).pairs().size());
        assertEquals(2 * 8 * 2 + 2 + 2, forks.jobs.size());
    }

    @Test
    void shouldMeasureAPairAgainWhenAForkFailsOnceThoughTimeIsShort() throws Exception {
        for (final Arm dying : Arm.values()) {
            final FakeForks forks = new FakeForks(job -> {
                if (job.number() == 1 && job.attempt() == 0 && job.arm() == dying) {
                    throw new ForkFailedException("killed");
                }
                return measure(job, CALM);
            });
            final RowRun run = runner(forks, journal(dying + ".jsonl"))
                    .run(FIRST, rows(1), pairs -> false)
                    .get(0);
            assertEquals("", run.failure());
            assertEquals(8, run.pairs().size());
            assertEquals(1, run.reruns());
            final int before = forks.jobs.size();
            final FakeForks resumed = new FakeForks(job -> measure(job, CALM));
            assertEquals(
                    8,
                    runner(resumed, journal(dying + ".jsonl"))
                            .run(FIRST, rows(1))
                            .get(0)
                            .pairs()
                            .size());
            assertEquals(List.of(), resumed.jobs, "all of " + before + " forks are there");
        }
    }

    @Test
    void shouldKeepADisturbedPairWhenItsRerunFails() throws Exception {
        final FakeForks forks = new FakeForks(job -> {
            if (job.attempt() == 1) {
                throw new ForkFailedException("killed");
            }
            return measure(job, job.number() == 7 ? STOLEN : CALM);
        });
        final RowRun run = run(forks, FIRST, rows(1)).get(0);
        assertEquals("", run.failure());
        assertEquals(8, run.pairs().size());
    }

    @Test
    void shouldNotMeasureDisturbedPairsAnewWhenTheirRoundHadEndedBeforeTheRunWasResumed() throws Exception {
        final FakeForks disturbed = new FakeForks(job -> measure(job, STOLEN));
        runner(disturbed, journal("forks.jsonl")).run(FIRST, rows(2), pairs -> false);
        assertEquals(2 * 2 * 8, disturbed.jobs.size());
        final FakeForks resumed = new FakeForks(job -> measure(job, CALM));
        final RunStage second = new RunStage(2, 2, 0);
        runner(resumed, journal("forks.jsonl")).run(FIRST, rows(2));
        assertEquals(
                Set.of(7), Set.copyOf(resumed.jobs.stream().map(ForkJob::number).toList()), "the last had not");
        resumed.jobs.clear();
        runner(resumed, journal("forks.jsonl")).run(second, rows(2));
        runner(disturbed, journal("forks.jsonl")).run(FIRST, rows(2));
        assertEquals(2 * 2 * 8, disturbed.jobs.size());
    }

    @Test
    void shouldRerunWhatIsMeasuredFirstAfterTheRunWasResumed() throws Exception {
        final FakeForks forks = new FakeForks(job -> measure(job, STOLEN));
        final RunStage second = new RunStage(2, 4, 0);
        runner(forks, journal("forks.jsonl")).run(second, new TreeSet<>(List.of(rows(2).first())), pairs -> false);
        forks.jobs.clear();
        runner(forks, journal("forks.jsonl")).run(second, rows(2));
        assertEquals(
                2 * (4 + 2),
                forks.jobs.stream()
                        .filter(job -> job.row().equals(rows(2).last()))
                        .count());
    }

    @Test
    void shouldRunAFailedForkOnceMoreWhenThereAreNoRerunsLeft() throws Exception {
        final FakeForks forks = new FakeForks(job -> {
            if (job.number() == 7 && job.attempt() == 0) {
                throw new ForkFailedException("killed");
            }
            return measure(job, STOLEN);
        });
        final RowRun run = run(forks, FIRST, rows(1)).get(0);
        assertEquals("", run.failure());
        assertEquals(8, run.pairs().size());
        assertEquals(4 + 1, run.reruns());
    }

    @Test
    void shouldGiveTheRowUpWhenItsArmsCannotBeCompared() throws Exception {
        final FakeForks forks = new FakeForks(job -> {
            final ForkMeasure measure = measure(job, CALM);
            if (job.arm() == Arm.HEAD && job.row().benchmark().endsWith("row1")) {
                measure.identity().put("mode", "thrpt");
            }
            return measure;
        });
        final List<RowRun> runs = run(forks, FIRST, rows(2));
        assertTrue(
                runs.get(1).failure().contains("mode is 'avgt' in base and 'thrpt' in head"),
                runs.get(1).failure());
        assertEquals(List.of(), runs.get(1).pairs());
        assertEquals(8, runs.get(0).pairs().size());
        assertEquals(2 * 8 + 2, forks.jobs.size());
        // Nor later, from the journal.
        assertEquals(runs.toString(), run(forks, FIRST, rows(2)).toString());
        assertEquals(2 * 8 + 2, forks.jobs.size());
    }

    @Test
    void shouldEndAsIfNothingHadHappenedWhereverItIsKilled() throws Exception {
        final FakeForks whole = new FakeForks(job -> measure(job, job.number() == 1 ? STOLEN : CALM));
        final RunStage stage = new RunStage(1, 3, 0);
        final List<RowRun> expected = runner(whole, journal("whole.jsonl")).run(stage, rows(2));
        for (int fork = 0; fork < whole.jobs.size(); fork++) {
            final String name = "killed" + fork + ".jsonl";
            final FakeForks killed =
                    new FakeForks(job -> measure(job, job.number() == 1 ? STOLEN : CALM)).diesBefore(fork);
            assertThrows(
                    InterruptedException.class,
                    () -> runner(killed, journal(name)).run(stage, rows(2)));
            final FakeForks resumed = new FakeForks(job -> measure(job, job.number() == 1 ? STOLEN : CALM));
            final List<RowRun> runs = runner(resumed, journal(name)).run(stage, rows(2));
            // Only a pair that was torn apart is measured anew.
            assertEquals(whole.jobs.subList(fork - fork % 2, whole.jobs.size()), resumed.jobs);
            assertEquals(withoutTimes(expected), withoutTimes(runs));
        }
    }

    private static List<String> withoutTimes(final List<RowRun> runs) {
        return runs.stream()
                .map(run -> run.toString().replaceAll("startMs=\\d+", ""))
                .toList();
    }

    @Test
    void shouldWaitAndTossFreshCoinsWhenTheSecondStageFollows() throws Exception {
        final RunJournal journal = journal("forks.jsonl");
        final FakeForks forks = new FakeForks(job -> measure(job, CALM));
        final StageRunner runner = runner(forks, journal);
        final RunStage second = new RunStage(2, 30, 60_000);
        runner.run(new RunStage(1, 30, 0), rows(1));
        final List<Pair> pairs = runner.run(second, rows(1)).get(0).pairs();
        final long endMs = 2 * 30 * FakeForks.FORK_MS;
        assertEquals(endMs + 60_000, pairs.get(0).startMs());
        assertEquals(endMs + 60_000 + 2 * FakeForks.FORK_MS, pairs.get(1).startMs());
        final List<Boolean> coins = pairs.stream().map(Pair::headFirst).toList();
        final List<Boolean> before = RowRun.of(journal, 1, rows(1), Validity.USUAL, Metric.AUTO).get(0).pairs().stream()
                .map(Pair::headFirst)
                .toList();
        assertNotEquals(before, coins);
        assertEquals(2 * 60, RowRun.host(journal).size());
        assertEquals(0.5, RowRun.host(journal).get(0).load());
    }

    @Test
    void shouldTossFairCoinsWhenThereAreManyRowsAndPairs() {
        final Coins coins = new Coins(SEED);
        int heads = 0;
        int changes = 0;
        boolean last = false;
        for (final RowName row : rows(100)) {
            for (int number = 0; number < 100; number++) {
                final boolean headFirst = coins.headFirst(row, 1, number, 0);
                heads += headFirst ? 1 : 0;
                changes += headFirst != last ? 1 : 0;
                last = headFirst;
            }
        }
        // Four standard deviations of 10,000 tosses.
        assertEquals(5000, heads, 200);
        assertEquals(5000, changes, 200);
        assertNotEquals(coins.order(rows(9), 1, 0), new Coins(SEED + 1).order(rows(9), 1, 0));
        assertEquals(coins.order(rows(9), 1, 0), new Coins(SEED).order(rows(9), 1, 0));
    }
}
