package io.vfiotce.tools.gate.run;

/**
 * Something that must be undone when a block ends, also when this JVM is told to end within it. It is undone once, and whoever comes
 * second waits until it has been.
 */
final class Cleanup {
    private final Runnable action;
    private final Thread hook;
    private boolean isDone;

    Cleanup(final Runnable action) {
        this.action = action;
        hook = new Thread(this::undo);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Undoes it. */
    void now() {
        undo();
        unregister();
    }

    private synchronized void undo() {
        if (!isDone) {
            isDone = true;
            action.run();
        }
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
