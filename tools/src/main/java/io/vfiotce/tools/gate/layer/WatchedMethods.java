package io.vfiotce.tools.gate.layer;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The methods of one row whose compiled code is looked at: the loop that JMH generates around the benchmark, which holds all
 * that is inlined into it; the benchmark's method; and those that the configuration names. Nested classes may be written
 * with {@code $} or with a dot.
 */
public final class WatchedMethods {
    private static final String GENERATED_PACKAGE = ".jmh_generated.";
    private static final String STUB_SUFFIX = "_jmhStub";

    private final String benchmark;
    private final Set<String> named;

    /**
     * Creates the set.
     *
     * @param benchmark the benchmark as JMH names it, {@code a.b.C.m}
     * @param named further methods, {@code a.b.C.m} or {@code a.b.C.m(JJ)J}
     */
    public WatchedMethods(final String benchmark, final List<String> named) {
        this.benchmark = dotted(benchmark);
        this.named = new TreeSet<>(named);
    }

    /** The names that the configuration gave, in order. */
    Set<String> named() {
        return named;
    }

    /** Whether a method is JMH's measuring loop. */
    static boolean isStub(final String method) {
        return method.contains(GENERATED_PACKAGE) && method.endsWith(STUB_SUFFIX);
    }

    /**
     * Under which names a method is watched.
     *
     * @param type binary name of its class
     * @param name its name
     * @param descriptor its descriptor
     * @return the names, none if it is not watched
     */
    Set<String> keys(final String type, final String name, final String descriptor) {
        final Set<String> result = new TreeSet<>();
        final String method = type + "." + name;
        if (isStub(method) || dotted(method).equals(benchmark)) {
            result.add(method);
        }
        for (final String candidate : named) {
            if (dotted(candidate).equals(dotted(method)) || dotted(candidate).equals(dotted(method + descriptor))) {
                result.add(candidate);
            }
        }
        return result;
    }

    private static String dotted(final String name) {
        return name.replace('$', '.');
    }
}
