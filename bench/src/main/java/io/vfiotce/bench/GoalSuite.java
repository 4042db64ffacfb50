package io.vfiotce.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The rows that the goals need, with enough forks to judge them, or these and all others of the module with a few. */
final class GoalSuite {
    private static final int GOAL_FORKS = 10;
    private static final int OTHER_FORKS = 1;

    private static final String LATENCY = "latency.OpenLoopRig";

    private final List<Row> rows = new ArrayList<>();
    private final List<Program> programs = new ArrayList<>(Goals.programs(GOAL_FORKS));

    /**
     * Chooses the rows.
     *
     * @param full whether to run all rows of the module
     */
    GoalSuite(final boolean full) {
        final List<String> goals = Goals.jmhRows();
        goals.forEach(key -> rows.add(new Row(key, GOAL_FORKS)));
        final Set<String> others = new LinkedHashSet<>(full ? new Rows().keys() : List.of(Rows.EMPTY));
        goals.forEach(others::remove);
        others.forEach(key -> rows.add(new Row(key, OTHER_FORKS)));
        if (full) {
            programs.add(new Program(LATENCY, 1));
            programs.add(new Program(Goals.C_PEER, OTHER_FORKS));
            programs.add(
                    new Program(Goals.DISTURBANCE, OTHER_FORKS, "--kinds=none,create,attach,snapshot,gc", "--forks=1"));
            programs.add(new Program(Goals.DISTURBANCE, OTHER_FORKS, "--kinds=all", "--groups=1", "--forks=1"));
        }
    }

    List<Row> rows() {
        return rows;
    }

    /**
     * Runs the rows and prints the table of goals.
     *
     * @param json where to write the figures of every fork, or null
     * @param provenance what the file says about where they are from
     * @return whether all goals are met
     */
    boolean run(final Path json, final Provenance provenance) throws IOException {
        final long startNs = System.nanoTime();
        final Rows runnable = new Rows();
        final List<String> problems = runnable.problems(rows);
        problems.forEach(System.err::println);
        rows.removeIf(row -> runnable.problem(row) != null);
        final List<Source> sources = new ArrayList<>(rows);
        sources.addAll(programs);
        final Rounds rounds = new Rounds();
        rounds.time(sources);
        rounds.allocate(rows.stream()
                .filter(row -> row.key().equals(Rows.EMPTY) || Kind.mustNotAllocate(row.benchmark()))
                .toList());
        final Set<String> leftOut = new TreeSet<>();
        programs.stream().filter(Program::isLeftOut).forEach(program -> leftOut.add(program.label()));
        final StoredRun run = provenance.run(leftOut, sources);
        if (json != null) {
            RunJson.write(json, run);
        }
        final List<Verdict> verdicts = Verdict.of(run);
        print(run, verdicts);
        System.out.printf(Locale.ROOT, "took %.1f minutes%n", (System.nanoTime() - startNs) / 60e9);
        return problems.isEmpty() && rounds.isComplete() && verdicts.stream().noneMatch(Verdict::fails);
    }

    private static void print(final StoredRun run, final List<Verdict> verdicts) {
        System.out.printf("%s, JDK %s, %s, commit %s%n", run.machine(), run.jdk(), run.date(), run.commit());
        for (final Verdict verdict : verdicts) {
            System.out.printf(
                    "%-49s %6s  %-13s %14s / %-14s %s%n",
                    verdict.question(),
                    verdict.ratio(),
                    verdict.bound(),
                    verdict.ours(),
                    verdict.limit(),
                    verdict.text());
        }
    }
}
