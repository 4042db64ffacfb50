package io.vfiotce.tools.replay;

import java.util.ArrayList;
import java.util.List;

/** Counts what differed, and keeps the first few in words. */
final class Mismatches {
    private static final int KEPT = 20;

    private final List<String> first = new ArrayList<>();
    private long count;

    synchronized void add(final String what) {
        count++;
        if (first.size() < KEPT) {
            first.add(what);
        }
    }

    synchronized void add(final long more, final String what) {
        if (more > 0) {
            add(what);
            count += more - 1;
        }
    }

    synchronized long count() {
        return count;
    }

    synchronized List<String> first() {
        return List.copyOf(first);
    }
}
