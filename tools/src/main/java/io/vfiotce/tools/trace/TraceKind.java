package io.vfiotce.tools.trace;

/** Kinds of trace records. The numbers are stored in binary traces and never change meaning. */
public final class TraceKind {
    /** A DMA window comes into being, every entry zero unless the grades of later records say otherwise. */
    public static final int WINDOW_CREATE = 0;

    /** A DMA window goes away with its contents. */
    public static final int WINDOW_REMOVE = 1;

    /** One {@code H_PUT_TCE}. */
    public static final int PUT = 2;

    /** One {@code H_GET_TCE}. */
    public static final int GET = 3;

    /** One {@code H_PUT_TCE_INDIRECT}. */
    public static final int INDIRECT = 4;

    /** One {@code H_STUFF_TCE}. */
    public static final int STUFF = 5;

    /** One translation made for a device. */
    public static final int XLATE = 6;

    /** Number of kinds; valid kinds are below it. */
    public static final int COUNT = 7;

    private static final String[] NAMES = {"WINDOW_CREATE", "WINDOW_REMOVE", "PUT", "GET", "INDIRECT", "STUFF", "XLATE"
    };

    private TraceKind() {}

    /**
     * Name of a kind, as the constant is spelled.
     *
     * @param kind one of the constants of this class
     * @return its name
     * @throws IllegalArgumentException if the kind is not one of them
     */
    public static String nameOf(final int kind) {
        if (kind < 0 || kind >= COUNT) {
            throw new IllegalArgumentException("no such trace record kind: " + kind);
        }
        return NAMES[kind];
    }

    /**
     * Tells hypercalls from window events and translations.
     *
     * @param kind one of the constants of this class
     * @return true for PUT, GET, INDIRECT and STUFF
     */
    public static boolean isHcall(final int kind) {
        return kind == PUT || kind == GET || kind == INDIRECT || kind == STUFF;
    }

    /**
     * Tells window events from the rest.
     *
     * @param kind one of the constants of this class
     * @return true for WINDOW_CREATE and WINDOW_REMOVE
     */
    public static boolean isWindow(final int kind) {
        return kind == WINDOW_CREATE || kind == WINDOW_REMOVE;
    }
}
