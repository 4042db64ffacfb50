package io.vfiotce.memory;

import io.vfiotce.memory.TsoModel.State;
import io.vfiotce.memory.TsoModel.Step;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The programs of {@link UnregisterModelTest}: hypercalls, ioctls and UNREGISTER over one region and two entries. */
final class UnregisterPrograms {
    /** What a planted variant leaves out. */
    enum Plant {
        SUM_WITHOUT_MARK,
        MARK_WITHOUT_GRACE_PERIOD,
        ADVANCE_BEFORE_MARK,
        COUNT_AFTER_ANNOUNCING,
        MARK_READ_IN_THE_CALL_BEFORE,
        IOCTL_MAPS_WITHOUT_LOOKING,
        IOCTL_COUNTS_AFTER_UNLOCKING,
        STAYS_CLOSED_WHEN_BUSY,
        STAYS_CLOSED_WHEN_LATE
    }

    // Entries hold 0, the region that is unregistered, or another one.
    static final int REGION = 1;
    static final int OTHER = 2;

    static final int EPOCH = 0;
    private static final int CLOSING = 1;
    private static final int FREED = 2;
    private static final int LOCK = 3;
    private static final int SHARED = 4;
    static final int VCPUS = 2;
    static final int ANNOUNCED = 5;
    static final int STRIPES = ANNOUNCED + VCPUS;
    static final int ENTRIES = STRIPES + VCPUS;
    static final int WORDS = ENTRIES + 2;

    // Registers.
    private static final int SCRATCH = 0;
    private static final int OLD = 1;
    private static final int MARK = 2;
    private static final int PENDING = 3;
    static final int REGISTERS = 4;

    final Set<Plant> plants = EnumSet.noneOf(Plant.class);
    private final List<Step> program = new ArrayList<>();

    private void add(final Step step) {
        program.add(step);
    }

    List<Step> take() {
        final List<Step> steps = List.copyOf(program);
        program.clear();
        return steps;
    }

    private boolean has(final Plant plant) {
        return plants.contains(plant);
    }

    private static void load(final State state, final int register, final int word) {
        state.set(register, state.load(word));
    }

    /** Replaces an entry: atomic, a full fence. */
    private static boolean exchange(final State state, final int entry, final int region) {
        if (!state.isDrained()) {
            return false;
        }
        state.set(OLD, state.memory(ENTRIES + entry));
        state.memory(ENTRIES + entry, region);
        if (region == REGION && state.memory(FREED) != 0) {
            state.violate();
        }
        return true;
    }

    static int delta(final int now, final int old) {
        return (now == REGION ? 1 : 0) - (old == REGION ? 1 : 0);
    }

    /** One hypercall of a vCPU; region 0 unmaps. */
    void call(final int vcpu, final int entry, final int region) {
        final boolean early = has(Plant.MARK_READ_IN_THE_CALL_BEFORE);
        final List<Step> body = new ArrayList<>();
        body.add(state -> exchange(state, entry, region));
        body.add(state -> {
            state.set(PENDING, state.load(STRIPES + vcpu) + delta(region, state.get(OLD)));
            if (!has(Plant.COUNT_AFTER_ANNOUNCING)) {
                state.store(STRIPES + vcpu, state.get(PENDING));
            }
            return true;
        });
        if (region == REGION && !early) {
            add(state -> {
                load(state, MARK, CLOSING);
                return true;
            });
        }
        if (region == REGION) {
            add(state -> {
                state.skip(state.get(MARK) != 0 ? body.size() : 0);
                return true;
            });
        }
        program.addAll(body);
        announce(vcpu);
        if (has(Plant.COUNT_AFTER_ANNOUNCING)) {
            add(state -> {
                state.store(STRIPES + vcpu, state.get(PENDING));
                return true;
            });
        }
    }

    /** The mark is read before the announcement of the call before, as a copy that is renewed too early would be. */
    private void announce(final int vcpu) {
        if (has(Plant.MARK_READ_IN_THE_CALL_BEFORE)) {
            add(state -> {
                load(state, MARK, CLOSING);
                return true;
            });
        }
        add(state -> {
            load(state, SCRATCH, EPOCH);
            return true;
        });
        add(state -> {
            state.store(ANNOUNCED + vcpu, state.get(SCRATCH));
            return true;
        });
    }

    void offline(final int vcpu) {
        add(state -> {
            state.store(ANNOUNCED + vcpu, 0);
            return true;
        });
    }

    private void lock() {
        add(state -> {
            if (!state.isDrained() || state.memory(LOCK) != 0) {
                return false;
            }
            state.memory(LOCK, 1);
            return true;
        });
    }

    private void unlock() {
        add(state -> {
            if (!state.isDrained()) {
                return false;
            }
            state.memory(LOCK, 0);
            return true;
        });
    }

    private void addShared(final int now) {
        add(state -> {
            if (!state.isDrained()) {
                return false;
            }
            final int change = now == REGION ? 1 : delta(0, state.get(OLD));
            final boolean refused = has(Plant.IOCTL_COUNTS_AFTER_UNLOCKING) && state.get(PENDING) != 0;
            state.memory(SHARED, state.memory(SHARED) + (refused ? 0 : change));
            return true;
        });
    }

    /** MAP_DMA under the lock, then UNMAP_DMA without it. */
    List<Step> ioctl(final int entry) {
        lock();
        if (!has(Plant.IOCTL_MAPS_WITHOUT_LOOKING)) {
            add(state -> {
                // Refused here, where the real one waits for the verdict.
                final boolean refused = state.load(CLOSING) != 0;
                state.set(PENDING, refused ? 1 : 0);
                state.skip(!refused ? 0 : has(Plant.IOCTL_COUNTS_AFTER_UNLOCKING) ? 1 : 3);
                return true;
            });
        }
        if (has(Plant.IOCTL_COUNTS_AFTER_UNLOCKING)) {
            add(state -> exchange(state, entry, REGION));
            unlock();
            addShared(REGION);
            addShared(0);
            return take();
        }
        addShared(REGION);
        add(state -> exchange(state, entry, REGION));
        addShared(0);
        unlock();
        add(state -> exchange(state, entry, 0));
        addShared(0);
        return take();
    }

    List<Step> unregister() {
        lock();
        if (has(Plant.ADVANCE_BEFORE_MARK)) {
            advance();
        }
        if (!has(Plant.SUM_WITHOUT_MARK)) {
            add(state -> {
                if (!state.isDrained()) {
                    return false;
                }
                state.memory(CLOSING, 1);
                return true;
            });
        }
        unlock();
        if (!has(Plant.ADVANCE_BEFORE_MARK)) {
            advance();
        }
        if (!has(Plant.MARK_WITHOUT_GRACE_PERIOD)) {
            awaitReaders();
        }
        decide();
        return take();
    }

    private void advance() {
        add(state -> {
            if (!state.isDrained()) {
                return false;
            }
            state.memory(EPOCH, state.memory(EPOCH) + 1);
            state.set(MARK, state.memory(EPOCH));
            return true;
        });
    }

    /** Waits for each vCPU, or gives up: PENDING is 1 then. */
    private void awaitReaders() {
        for (int vcpu = 0; vcpu < VCPUS; vcpu++) {
            final int word = ANNOUNCED + vcpu;
            add(state -> {
                final int announced = state.load(word);
                if (announced != 0 && announced < state.get(MARK)) {
                    // The time may be over at any moment, so at this one too.
                    state.set(PENDING, 1);
                }
                return true;
            });
        }
    }

    private void decide() {
        lock();
        add(state -> {
            load(state, SCRATCH, SHARED);
            return true;
        });
        for (int vcpu = 0; vcpu < VCPUS; vcpu++) {
            final int word = STRIPES + vcpu;
            add(state -> {
                state.set(SCRATCH, state.get(SCRATCH) + state.load(word));
                return true;
            });
        }
        add(state -> {
            final boolean late = state.get(PENDING) != 0;
            if (!late && state.get(SCRATCH) == 0) {
                free(state);
            } else if (!has(late ? Plant.STAYS_CLOSED_WHEN_LATE : Plant.STAYS_CLOSED_WHEN_BUSY)) {
                state.store(CLOSING, 0);
            }
            return true;
        });
        unlock();
    }

    private static void free(final State state) {
        if (state.memory(ENTRIES) == REGION || state.memory(ENTRIES + 1) == REGION) {
            state.violate();
        }
        state.memory(FREED, 1);
    }

    /** Whether the counts are exact, and the region is gone or open. */
    static boolean isRightAtEnd(final State state) {
        int entries = 0;
        int counted = state.memory(SHARED);
        for (int i = 0; i < 2; i++) {
            entries += state.memory(ENTRIES + i) == REGION ? 1 : 0;
            counted += state.memory(STRIPES + i);
        }
        return entries == counted && (state.memory(FREED) != 0 || state.memory(CLOSING) == 0);
    }
}
