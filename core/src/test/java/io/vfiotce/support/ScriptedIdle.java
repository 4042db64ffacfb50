package io.vfiotce.support;

import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/** Lets a waiting vCPU run the other side between its looks, while a clock of its own goes on: one thread, one order of events. */
public final class ScriptedIdle implements IdleStrategy, NanoClock {
    private static final long STEP_NS = 50_000_000;
    private static final int MAX_LOOKS = 10_000;

    private Runnable action = () -> {};
    private long now;
    private int looks;

    /** Sets what happens at every look from now on; {@return this} */
    public ScriptedIdle at(final Runnable everyLook) {
        action = everyLook;
        looks = 0;
        return this;
    }

    /** Sets what happens at the next look only; {@return this} */
    public ScriptedIdle once(final Runnable nextLook) {
        return at(() -> {
            if (looks == 1) {
                nextLook.run();
            }
        });
    }

    /** {@return how often the vCPU has looked since the action was set} */
    public int looks() {
        return looks;
    }

    @Override
    public void idle(final int workCount) {
        idle();
    }

    @Override
    public void idle() {
        if (++looks > MAX_LOOKS) {
            throw new IllegalStateException("the vCPU waits for ever");
        }
        now += STEP_NS;
        action.run();
    }

    @Override
    public void reset() {
        // It goes on from call to call.
    }

    @Override
    public long nanoTime() {
        return now;
    }
}
