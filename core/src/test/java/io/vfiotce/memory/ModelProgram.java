package io.vfiotce.memory;

import static io.vfiotce.memory.QuiescenceModel.ANNOUNCED;
import static io.vfiotce.memory.QuiescenceModel.EPOCH;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.QuiescenceModel.Op;
import io.vfiotce.memory.QuiescenceModel.Result;
import io.vfiotce.memory.QuiescenceModel.Step;
import java.util.ArrayList;
import java.util.List;

/** A program of {@link QuiescenceModel} in the making. */
final class ModelProgram {
    private final List<Step> steps = new ArrayList<>();

    ModelProgram add(final Op op, final int a, final int b) {
        steps.add(new Step(op, a, b));
        return this;
    }

    void addAll(final List<Step> more) {
        steps.addAll(more);
    }

    /** Announces the epoch, by way of a register. */
    void announce(final int register) {
        add(Op.LOAD, register, EPOCH).add(Op.STORE, ANNOUNCED, register);
    }

    /** Ends the program, and begins another one. */
    List<Step> take() {
        final List<Step> program = List.copyOf(steps);
        steps.clear();
        return program;
    }

    /** Runs two programs in every interleaving, says what came of it, and requires that they come to their ends. */
    static Result explore(final Class<?> test, final String what, final List<Step> reader, final List<Step> other) {
        final Result result = QuiescenceModel.explore(reader, other);
        System.out.println(test.getSimpleName() + ": " + what + ": " + result);
        assertTrue(result.finished(), "the programs never came to their ends");
        return result;
    }
}
