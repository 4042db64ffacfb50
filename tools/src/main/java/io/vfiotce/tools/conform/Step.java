package io.vfiotce.tools.conform;

/** What a scenario does, one line of it, in the order of the file. */
public sealed interface Step
        permits Step.AddMemslot, Step.CreateWindow, Step.Preregister, Step.Attach, Step.Unregister, VectorCall {
    /** {@return the number of the line} */
    long line();

    /**
     * Guest memory.
     *
     * @param line number of the line
     * @param gpa first guest physical address in bytes
     * @param sizeBytes length in bytes
     * @param ua user address of the first byte
     */
    record AddMemslot(long line, long gpa, long sizeBytes, long ua) implements Step {}

    /**
     * A window of the kernel or of QEMU.
     *
     * @param line number of the line
     * @param liobn logical I/O bus number
     * @param pageShift log2 of the I/O page size in bytes
     * @param offsetPages first page of the window
     * @param sizePages number of pages
     * @param result what creating it returned
     */
    record CreateWindow(long line, long liobn, int pageShift, long offsetPages, long sizePages, long result)
            implements Step {}

    /**
     * A preregistered region.
     *
     * @param line number of the line
     * @param id the scenario's name for it
     * @param ua user address of the first byte
     * @param sizePages length in host pages
     * @param result what registering it returned
     */
    record Preregister(long line, long id, long ua, long sizePages, long result) implements Step {}

    /**
     * An IOMMU table of one more group, linked to a LIOBN.
     *
     * @param line number of the line
     * @param table the table and its LIOBN
     * @param pageShift log2 of the I/O page size in bytes
     * @param sizeBytes window size in bytes, rounded up to a power of two
     * @param levels levels of the table
     * @param result what linking it returned
     */
    record Attach(long line, TableName table, int pageShift, long sizeBytes, int levels, long result) implements Step {}

    /**
     * A region dropped by its last user.
     *
     * @param line number of the line
     * @param id the region
     * @param result what dropping it returned
     */
    record Unregister(long line, long id, long result) implements Step {}
}
