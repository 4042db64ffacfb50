package io.vfiotce.tools.gate.selftest;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.stats.FalseAlarms;
import io.vfiotce.tools.gate.stats.ForkPairs;
import io.vfiotce.tools.gate.stats.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The forks of the jar against itself, replayed with new coins as runs of {@link Judged#FAMILY_ROWS} rows. Each recorded row
 * stands for several of these, of which each draws pairs and tosses coins of its own.
 */
final class ReplayTrial implements Trial, Step {
    /** Largest share of runs with any false FAIL. */
    private static final double MOST_FALSE = 0.012;

    /** Time that a replay of all rows takes, in milliseconds. */
    private static final double REPLAY_MS = 3;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Workspace workspace;
    private final AaTrial recorded;
    private final Path file;

    ReplayTrial(final Workspace workspace, final AaTrial recorded) {
        this.workspace = workspace;
        this.recorded = recorded;
        file = workspace.root().resolve("replay.json");
    }

    @Override
    public Part part() {
        return Part.REPLAY;
    }

    @Override
    public List<Step> steps() {
        return List.of(this);
    }

    @Override
    public String name() {
        return "replay with new coins";
    }

    @Override
    public long expectedMs() {
        return (long) (REPLAY_MS * workspace.sizes().flips());
    }

    @Override
    public boolean isDone() {
        return Files.exists(file);
    }

    @Override
    public void run() {
        if (!recorded.steps().stream().allMatch(Step::isDone)) {
            throw new PausedException(
                    "part " + Part.REPLAY + " takes the forks of part " + Part.AA + ", which is not done", false);
        }
        final List<List<Pair>> rows = List.copyOf(recorded.pairs().values());
        final List<ForkPairs> family = new ArrayList<>();
        for (int i = 0; i < Judged.FAMILY_ROWS; i++) {
            family.add(ForkPairs.ofStage(rows.get(i % rows.size()), 1));
        }
        final FalseAlarms alarms = new Replay(Judged.family(workspace))
                .falseAlarms(family, workspace.sizes().flips(), workspace.seed());
        try {
            Files.write(file, MAPPER.writeValueAsBytes(alarms));
        } catch (final IOException e) {
            throw new BadInputException(file + ": cannot be written (" + e + ")");
        }
    }

    @Override
    public List<Figure> figures() {
        final FalseAlarms alarms;
        try {
            alarms = MAPPER.readValue(file.toFile(), FalseAlarms.class);
        } catch (final IOException e) {
            throw new BadInputException(file + ": cannot be read (" + e.getMessage() + ")");
        }
        final String part = part().toString();
        return List.of(
                Figure.told(part, "runs of " + alarms.rows() + " rows", String.valueOf(alarms.replays())),
                Figure.share(
                        part, "runs with any false FAIL", alarms.familyRate(), Figure.Bound.shareAtMost(MOST_FALSE)),
                Figure.told(part, "rows flagged by the first stage", Figure.percent(alarms.flagRate())));
    }
}
