package io.vfiotce.memory.alternatives;

/** A protocol of grace periods as the stress harness drives it. */
public interface Grace {
    /** The reader goes online. */
    void online();

    /** The reader has ended a call. */
    void announce();

    /**
     * The reclaimer frees something that it has just unpublished, now or later.
     *
     * @param free frees it
     */
    void retire(Runnable free);
}
