package io.vfiotce.memory;

/** Who is told that something has changed of which it keeps copies. */
@FunctionalInterface
public interface ChangeListener {
    /**
     * The copies are out of date.
     *
     * @threads whoever has changed something, with locks held: it takes none, waits for nobody and throws nothing
     */
    void outdate();
}
