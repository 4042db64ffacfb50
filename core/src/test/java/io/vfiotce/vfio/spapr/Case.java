package io.vfiotce.vfio.spapr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.linux.LinuxException;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** One row of a table: what is there, what is called, what the ioctl returns. */
record Case(String row, Supplier<SpaprFixture> setUp, ToLongFunction<SpaprFixture> call, long expected) {
    static final long EPERM = -1;
    static final long ENOENT = -2;
    static final long EIO = -5;
    static final long ENXIO = -6;
    static final long ENOMEM = -12;
    static final long EFAULT = -14;
    static final long EBUSY = -16;
    static final long ENODEV = -19;
    static final long EINVAL = -22;
    static final long ENOTTY = -25;
    static final long ENOSPC = -28;

    interface Action {
        void on(SpaprFixture fixture);
    }

    /** Runs a typed method: 0, or the error that it throws. */
    static ToLongFunction<SpaprFixture> typed(final Action action) {
        return fixture -> {
            try {
                action.on(fixture);
                return 0;
            } catch (final LinuxException e) {
                return e.result();
            }
        };
    }

    /** Runs the call; after a refusal the account and the pins are as before, and at the end nothing is left. */
    void run() {
        try (SpaprFixture fixture = setUp.get()) {
            final long locked = fixture.locked.lockedPages();
            final long pinned = fixture.host.pinned();
            assertEquals(expected, call.applyAsLong(fixture), row);
            if (expected < 0) {
                fixture.process.reclaimer().reclaim();
                assertEquals(locked, fixture.locked.lockedPages(), "locked pages after a refusal");
                assertEquals(pinned, fixture.host.pinned(), "pinned pages after a refusal");
            }
        }
    }

    @Override
    public String toString() {
        return row;
    }
}
