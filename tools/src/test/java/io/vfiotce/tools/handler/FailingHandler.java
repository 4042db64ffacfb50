package io.vfiotce.tools.handler;

/** A handler that fails at every call; it is a process of its own, whose main class this is. */
public final class FailingHandler {
    private FailingHandler() {}

    /**
     * Serves what standard input names.
     *
     * @param args {@code throw} or {@code die}
     */
    public static void main(final String[] args) {
        final boolean dies = args[0].equals("die");
        HandlerFollower.run(
                HandlerIdle.YIELD,
                (windows, bridges) -> (request, answer) -> {
                    if (dies) {
                        Runtime.getRuntime().halt(1);
                    }
                    throw new IllegalStateException("planted");
                },
                System.in,
                System.out::println);
        System.exit(0);
    }
}
