package io.vfiotce.bench;

import java.util.Set;

/** Whose code a row measures. */
enum Kind {
    /** Ours. */
    OURS,
    /** What somebody else would write. */
    PEER,
    /** What bounds ours from below. */
    LIMIT;

    private static final Set<String> LIMITS = Set.of(
            "bareCopy",
            "bareLoad",
            "bareRandom",
            "bareSequential",
            "bareStore",
            "copy",
            "empty",
            "exchange",
            "exchangeOne",
            "exchangeSeparate",
            "exchangeShared",
            "exchanges",
            "fill",
            "pingPong",
            "releaseStores",
            "setMemory",
            "stores");
    private static final Set<String> PEERS = Set.of("socket");
    private static final String PEER_PACKAGE = Kind.class.getPackageName() + ".peer.";
    private static final String MEMORY_PACKAGE = Kind.class.getPackageName() + ".memory.";
    // The program in C, whose rows have no class.
    private static final String C_PEER = "c.";

    /** The kind of a benchmark, by its class and method. */
    static Kind of(final String benchmark) {
        final String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        if (LIMITS.contains(method)) {
            return LIMIT;
        }
        if (method.equals("ours")) {
            return OURS;
        }
        final boolean isPeer =
                benchmark.startsWith(PEER_PACKAGE) || benchmark.startsWith(C_PEER) || PEERS.contains(method);
        return isPeer ? PEER : OURS;
    }

    /** Whether a row's calls may not allocate: all of ours but for those that make and drop windows. */
    static boolean mustNotAllocate(final String benchmark) {
        return of(benchmark) == OURS && !benchmark.startsWith(MEMORY_PACKAGE);
    }
}
