package io.vfiotce.memory;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * An explicit-state model of a machine with total store order: any number of small programs, each with registers and a
 * first-in first-out store buffer, in every interleaving of their steps and of the moments at which buffered stores reach
 * memory.
 */
final class TsoModel {
    /** One step of a program. */
    interface Step {
        /**
         * Does the step.
         *
         * @return false if it cannot be done now; nothing has changed then
         */
        boolean run(State state);
    }

    /** What a search found. */
    record Result(int states, boolean violated, boolean finished) {}

    /** A state, and what a step of one of its threads may do to it. */
    static final class State {
        private final int[] words;
        private final int[][] registers;
        private final int[][] buffers;
        private final int[] pcs;
        private int thread;
        private boolean wrong;

        private State(final int[] words, final int[][] registers, final int[][] buffers, final int[] pcs) {
            this.words = words;
            this.registers = registers;
            this.buffers = buffers;
            this.pcs = pcs;
        }

        private State copyFor(final int runner) {
            final int[][] newRegisters = registers.clone();
            newRegisters[runner] = registers[runner].clone();
            final State copy = new State(words.clone(), newRegisters, buffers.clone(), pcs.clone());
            copy.thread = runner;
            return copy;
        }

        private String key() {
            return Arrays.toString(words)
                    + Arrays.deepToString(registers)
                    + Arrays.deepToString(buffers)
                    + Arrays.toString(pcs);
        }

        /** A register of the running thread. */
        int get(final int register) {
            return registers[thread][register];
        }

        void set(final int register, final int value) {
            registers[thread][register] = value;
        }

        /** Goes over the next steps of the running thread. */
        void skip(final int steps) {
            pcs[thread] += steps;
        }

        /** The thread's own youngest buffered store, else memory. */
        int load(final int word) {
            final int[] buffer = buffers[thread];
            for (int i = buffer.length - 2; i >= 0; i -= 2) {
                if (buffer[i] == word) {
                    return buffer[i + 1];
                }
            }
            return words[word];
        }

        void store(final int word, final int value) {
            final int[] buffer = buffers[thread];
            final int[] longer = Arrays.copyOf(buffer, buffer.length + 2);
            longer[buffer.length] = word;
            longer[buffer.length + 1] = value;
            buffers[thread] = longer;
        }

        /** Whether everything that the running thread stored has reached memory: what a fence waits for. */
        boolean isDrained() {
            return buffers[thread].length == 0;
        }

        /** A word as it is in memory. */
        int memory(final int word) {
            return words[word];
        }

        /** Writes memory itself: an atomic operation; only when {@link #isDrained}. */
        void memory(final int word, final int value) {
            words[word] = value;
        }

        /** Says that what must not happen has happened. */
        void violate() {
            wrong = true;
        }
    }

    private final List<List<Step>> programs;
    private final Predicate<State> atEnd;
    private final ArrayDeque<State> open = new ArrayDeque<>();
    private final Set<String> seen = new HashSet<>();
    private boolean violated;
    private boolean finished;

    private TsoModel(final List<List<Step>> programs, final Predicate<State> atEnd) {
        this.programs = programs;
        this.atEnd = atEnd;
    }

    /**
     * Explores every interleaving.
     *
     * @param words memory at the start
     * @param registers registers of each program, all 0 at the start
     * @param programs what runs
     * @param atEnd what must hold when all have come to their ends
     */
    static Result explore(
            final int[] words, final int registers, final List<List<Step>> programs, final Predicate<State> atEnd) {
        final TsoModel model = new TsoModel(programs, atEnd);
        final int threads = programs.size();
        model.push(new State(words, new int[threads][registers], new int[threads][0], new int[threads]));
        while (!model.open.isEmpty() && !model.violated) {
            model.expand(model.open.pop());
        }
        return new Result(model.seen.size(), model.violated, model.finished);
    }

    private void push(final State state) {
        violated |= state.wrong;
        if (seen.add(state.key())) {
            open.push(state);
        }
    }

    private void expand(final State state) {
        boolean ended = true;
        for (int thread = 0; thread < programs.size(); thread++) {
            if (state.buffers[thread].length > 0) {
                push(drained(state, thread));
                ended = false;
            }
            final int pc = state.pcs[thread];
            if (pc < programs.get(thread).size()) {
                ended = false;
                final State next = state.copyFor(thread);
                next.pcs[thread]++;
                if (programs.get(thread).get(pc).run(next)) {
                    push(next);
                }
            }
        }
        if (ended) {
            finished = true;
            violated |= !atEnd.test(state);
        }
    }

    /** The oldest buffered store of a thread reaches memory. */
    private static State drained(final State state, final int thread) {
        final State next = state.copyFor(thread);
        final int[] buffer = state.buffers[thread];
        next.words[buffer[0]] = buffer[1];
        next.buffers[thread] = Arrays.copyOfRange(buffer, 2, buffer.length);
        return next;
    }
}
