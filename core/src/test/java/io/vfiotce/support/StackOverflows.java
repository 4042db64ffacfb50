package io.vfiotce.support;

/** Overflows of the stack, one in each place of an action: it is run with ever more room, from where nothing fits on. */
public final class StackOverflows {
    private static final long STACK_BYTES = 256 << 10;

    private final Runnable before;
    private final Runnable action;
    private final Runnable after;
    private Throwable failure;
    private int overflows;

    private StackOverflows(final Runnable before, final Runnable action, final Runnable after) {
        this.before = before;
        this.action = action;
        this.after = after;
    }

    /**
     * Runs an action with each room, several times.
     *
     * @param rounds how often it is to end
     * @param before run before each, with all room
     * @param action what overflows
     * @param after run after each, with all room
     * @return how often it did
     */
    public static int everywhere(final int rounds, final Runnable before, final Runnable action, final Runnable after)
            throws InterruptedException {
        final StackOverflows all = new StackOverflows(before, action, after);
        final Thread thread = new Thread(null, () -> all.run(rounds), "small stack", STACK_BYTES);
        thread.setUncaughtExceptionHandler((t, e) -> all.failure = e);
        thread.start();
        thread.join();
        if (all.failure != null) {
            throw new AssertionError("beside the overflows", all.failure);
        }
        return all.overflows;
    }

    private void run(final int rounds) {
        for (int round = 0; round < rounds; round++) {
            boolean isThrough = false;
            for (int depth = limit(); !isThrough; depth--) {
                before.run();
                try {
                    below(depth, action);
                    isThrough = true;
                } catch (final StackOverflowError e) {
                    overflows++;
                }
                after.run();
            }
        }
    }

    /** A depth at which nothing can be called. */
    private static int limit() {
        for (int depth = 10; ; depth += 10) {
            try {
                below(depth, () -> {});
            } catch (final StackOverflowError e) {
                return depth + 5;
            }
        }
    }

    private static int below(final int frames, final Runnable action) {
        if (frames == 0) {
            action.run();
            return 0;
        }
        return below(frames - 1, action) + 1;
    }
}
