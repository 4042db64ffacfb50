package io.vfiotce.memory;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An explicit-state model of reclamation on a machine with total store order: a reader and a reclaimer, each with a first-in
 * first-out store buffer, in every interleaving of their steps and of the moments at which buffered stores reach memory.
 *
 * <p>A thread is a list of instructions over shared words and registers of its own. The object that word {@link #POINTER}
 * names is used by the reader; using one that the reclaimer has freed is what must not happen.
 */
final class QuiescenceModel {
    /** Shared word: number of the published object. */
    static final int POINTER = 0;

    /** Shared word: the global epoch, from 1. */
    static final int EPOCH = 1;

    /** Shared word: what the reader announced, 0 is offline. */
    static final int ANNOUNCED = 2;

    /** Shared word: how many changes were published, for a reader that keeps a copy of the pointer. */
    static final int CHANGES = 3;

    /** Shared word: whether a reader that is told of changes may go on without looking at their number; 0 is not. */
    static final int CURRENT = 4;

    /** Shared word: whether whoever changed something has said that it is done. */
    static final int RETURNED = 5;

    private static final int WORDS = 6;
    private static final int REGISTERS = 4;

    /** What an instruction does. */
    enum Op {
        /** Register a = shared word b. */
        LOAD,
        /** Shared word a = register b, through the store buffer. */
        STORE,
        /** Shared word a = the number b, through the store buffer. */
        STORE_NUMBER,
        /** Register a += the number b. */
        ADD,
        /** Waits until the store buffer is empty. */
        FENCE,
        /** Register a = ++ shared word b, with an empty store buffer, in one step. */
        INCREMENT,
        /** Register a's object must not have been freed. */
        USE,
        /** Skips b instructions if register a equals shared word CHANGES as just loaded into register 2. */
        SKIP_IF_SAME,
        /** Skips b instructions if register a is not 0. */
        SKIP_IF_SET,
        /** Register a = register b. */
        COPY,
        /** Goes on only when RETURNED is not 0. */
        AWAIT_RETURNED,
        /** Goes on only when ANNOUNCED is 0 or at least register a. */
        AWAIT_EPOCH,
        /** Goes on only when ANNOUNCED is 0 or differs from register a. */
        AWAIT_MOVE,
        /** Goes on only when CHANGES is at least the number a. */
        AWAIT_CHANGES,
        /** Frees object number b. */
        FREE
    }

    /** An instruction. */
    record Step(Op op, int a, int b) {}

    /** What a search found. */
    record Result(int states, boolean violated, boolean finished, boolean stuck) {}

    private record State(
            int[] words,
            int freed,
            int pc0,
            int pc1,
            int[] registers0,
            int[] registers1,
            int[] buffer0,
            int[] buffer1) {
        String key() {
            return Arrays.toString(words)
                    + freed
                    + '/'
                    + pc0
                    + '/'
                    + pc1
                    + Arrays.toString(registers0)
                    + Arrays.toString(registers1)
                    + Arrays.toString(buffer0)
                    + Arrays.toString(buffer1);
        }
    }

    private final List<Step> reader;
    private final List<Step> reclaimer;
    private final ArrayDeque<State> open = new ArrayDeque<>();
    private final Set<String> seen = new HashSet<>();
    private boolean violated;
    private boolean finished;
    private boolean stuck;

    private QuiescenceModel(final List<Step> reader, final List<Step> reclaimer) {
        this.reader = reader;
        this.reclaimer = reclaimer;
    }

    /** Explores every interleaving of two programs. */
    static Result explore(final List<Step> reader, final List<Step> reclaimer) {
        return new QuiescenceModel(reader, reclaimer).run();
    }

    private Result run() {
        final int[] words = new int[WORDS];
        words[EPOCH] = 1;
        push(new State(words, 0, 0, 0, new int[REGISTERS], new int[REGISTERS], new int[0], new int[0]));
        while (!open.isEmpty()) {
            final State state = open.pop();
            final boolean ended = state.pc0 == reader.size() && state.pc1 == reclaimer.size();
            finished |= ended;
            // Every step is tried: one that waits for the other thread may pass in another interleaving.
            final boolean moved = drain(state, 0) | drain(state, 1) | step(state, 0) | step(state, 1);
            stuck |= !moved && !ended;
        }
        return new Result(seen.size(), violated, finished, stuck);
    }

    private void push(final State state) {
        if (seen.add(state.key())) {
            open.push(state);
        }
    }

    /** The oldest buffered store of a thread reaches memory, if there is one. */
    private boolean drain(final State state, final int thread) {
        final int[] buffer = thread == 0 ? state.buffer0 : state.buffer1;
        if (buffer.length > 0) {
            final int[] words = state.words.clone();
            words[buffer[0]] = buffer[1];
            final int[] rest = Arrays.copyOfRange(buffer, 2, buffer.length);
            push(new State(
                    words,
                    state.freed,
                    state.pc0,
                    state.pc1,
                    state.registers0,
                    state.registers1,
                    thread == 0 ? rest : state.buffer0,
                    thread == 1 ? rest : state.buffer1));
        }
        return buffer.length > 0;
    }

    private boolean step(final State state, final int thread) {
        final List<Step> program = thread == 0 ? reader : reclaimer;
        final int pc = thread == 0 ? state.pc0 : state.pc1;
        if (pc == program.size()) {
            return false;
        }
        final Step step = program.get(pc);
        int[] words = state.words;
        int[] registers = (thread == 0 ? state.registers0 : state.registers1).clone();
        int[] buffer = thread == 0 ? state.buffer0 : state.buffer1;
        int freed = state.freed;
        int next = pc + 1;
        final int a = step.a;
        final int b = step.b;
        switch (step.op) {
            case LOAD -> registers[a] = load(words, buffer, b);
            case STORE -> buffer = append(buffer, a, registers[b]);
            case STORE_NUMBER -> buffer = append(buffer, a, b);
            case ADD -> registers[a] += b;
            case SKIP_IF_SAME -> next += registers[a] == registers[2] ? b : 0;
            case SKIP_IF_SET -> next += registers[a] != 0 ? b : 0;
            case COPY -> registers[a] = registers[b];
            case FREE -> freed |= 1 << b;
            case USE -> violated |= (freed & 1 << registers[a]) != 0;
            default -> {
                if (!mayPass(step, words, registers, buffer)) {
                    return false;
                }
                if (step.op == Op.INCREMENT) {
                    words = words.clone();
                    registers[a] = ++words[b];
                }
            }
        }
        push(new State(
                words,
                freed,
                thread == 0 ? next : state.pc0,
                thread == 1 ? next : state.pc1,
                thread == 0 ? registers : state.registers0,
                thread == 1 ? registers : state.registers1,
                thread == 0 ? buffer : state.buffer0,
                thread == 1 ? buffer : state.buffer1));
        return true;
    }

    private static boolean mayPass(final Step step, final int[] words, final int[] registers, final int[] buffer) {
        return switch (step.op) {
            case FENCE, INCREMENT -> buffer.length == 0;
            case AWAIT_EPOCH -> words[ANNOUNCED] == 0 || words[ANNOUNCED] >= registers[step.a];
            case AWAIT_MOVE -> words[ANNOUNCED] == 0 || words[ANNOUNCED] != registers[step.a];
            case AWAIT_RETURNED -> words[RETURNED] != 0;
            case AWAIT_CHANGES -> words[CHANGES] >= step.a;
            default -> throw new IllegalArgumentException(step.toString());
        };
    }

    /** A thread sees its own youngest buffered store, else memory. */
    private static int load(final int[] words, final int[] buffer, final int word) {
        for (int i = buffer.length - 2; i >= 0; i -= 2) {
            if (buffer[i] == word) {
                return buffer[i + 1];
            }
        }
        return words[word];
    }

    private static int[] append(final int[] buffer, final int word, final int value) {
        final int[] longer = Arrays.copyOf(buffer, buffer.length + 2);
        longer[buffer.length] = word;
        longer[buffer.length + 1] = value;
        return longer;
    }
}
