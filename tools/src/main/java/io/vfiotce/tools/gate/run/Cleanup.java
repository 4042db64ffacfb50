package io.vfiotce.tools.gate.run;

/** Something that must be undone when a block ends, also when this JVM is told to end within it. Undoing twice must do no harm. */
final class Cleanup {
    private final Runnable action;
    private final Thread hook;

    Cleanup(final Runnable action) {
        this.action = action;
        hook = new Thread(action);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Undoes it. */
    void now() {
        action.run();
        unregister();
    }

    /** False when this JVM is already ending: then the hook has run or will. */
    private boolean unregister() {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException e) {
            return false;
        }
    }
}
