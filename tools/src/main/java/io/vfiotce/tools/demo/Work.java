package io.vfiotce.tools.demo;

/** Work that is only modelled: it takes its time. */
final class Work {
    private Work() {}

    /** Keeps the thread busy. */
    static void spend(final long ns) {
        if (ns > 0) {
            until(System.nanoTime() + ns);
        }
    }

    /** Keeps it busy up to a moment of {@link System#nanoTime}. */
    static void until(final long deadlineNs) {
        while (System.nanoTime() - deadlineNs < 0) {
            Thread.onSpinWait();
        }
    }
}
