package io.vfiotce.tools.conform;

import java.util.Collection;
import java.util.Map;

/** What a kernel scenario leaves behind. */
public final class EndState {
    static final EndState NONE = new EndState(Map.of(), Map.of(), Map.of(), null);

    private final Map<GuestKey, GuestEntry> guest;
    private final Map<HardwareKey, HardwareEntry> hardware;
    private final Map<Long, MappedCount> mapped;
    private final LockedPages locked;

    EndState(
            final Map<GuestKey, GuestEntry> guest,
            final Map<HardwareKey, HardwareEntry> hardware,
            final Map<Long, MappedCount> mapped,
            final LockedPages locked) {
        this.guest = guest;
        this.hardware = hardware;
        this.mapped = mapped;
        this.locked = locked;
    }

    /** {@return every entry of the guest views that is not 0, in the order of the file} */
    public Collection<GuestEntry> guest() {
        return guest.values();
    }

    /**
     * Whether an entry of a guest view is recorded as not 0.
     *
     * @param liobn logical I/O bus number
     * @param entry entry of the window
     * @return true if the file has a line for it
     */
    public boolean namesGuest(final long liobn, final long entry) {
        return guest.containsKey(new GuestKey(liobn, entry));
    }

    /** {@return every entry of the IOMMU tables and their user-address views that is not 0, in the order of the file} */
    Collection<HardwareEntry> hardware() {
        return hardware.values();
    }

    /** Whether an entry of an IOMMU table or of its user-address view is recorded as not 0. */
    boolean namesHardware(final TableName table, final long entry) {
        return hardware.containsKey(new HardwareKey(table, entry));
    }

    /** {@return live mappings of the regions, in the order of the file} */
    public Collection<MappedCount> mapped() {
        return mapped.values();
    }

    /**
     * Whether a region is recorded as registered.
     *
     * @param id the region
     * @return true if the file has a line for it
     */
    public boolean namesMapped(final long id) {
        return mapped.containsKey(id);
    }

    /** {@return the locked-memory account; null in a QEMU scenario} */
    public LockedPages locked() {
        return locked;
    }

    /** Names one entry of a guest view. */
    record GuestKey(long liobn, long entry) {}

    /** Names one entry of an IOMMU table. */
    record HardwareKey(TableName table, long entry) {}

    /**
     * An entry of a guest view.
     *
     * @param line number of the line
     * @param liobn logical I/O bus number
     * @param entry entry of the window
     * @param tce the word, not 0
     */
    public record GuestEntry(long line, long liobn, long entry, long tce) {}

    /**
     * An entry of an IOMMU table and of its user-address view.
     *
     * @param line number of the line
     * @param table the table
     * @param entry entry of the table
     * @param tce host physical address and permissions
     * @param ua user address; not both are 0
     */
    record HardwareEntry(long line, TableName table, long entry, long tce, long ua) {}

    /**
     * Live mappings of a region.
     *
     * @param line number of the line
     * @param id the region
     * @param count 1 + live mappings
     */
    public record MappedCount(long line, long id, long count) {}

    /**
     * The locked-memory account.
     *
     * @param line number of the line
     * @param pages host pages
     */
    public record LockedPages(long line, long pages) {}
}
