package io.vfiotce.tools.conform;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What a kernel scenario leaves behind. */
public final class EndState {
    static final EndState NONE = new EndState(Map.of(), List.of(), List.of(), null);

    private final Map<GuestKey, GuestEntry> guest;
    private final List<HardwareEntry> hardware;
    private final List<MappedCount> mapped;
    private final LockedPages locked;

    EndState(
            final Map<GuestKey, GuestEntry> guest,
            final List<HardwareEntry> hardware,
            final List<MappedCount> mapped,
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

    /** {@return every entry of the IOMMU tables that is not 0} */
    public List<HardwareEntry> hardware() {
        return hardware;
    }

    /** {@return live mappings of the regions} */
    public List<MappedCount> mapped() {
        return mapped;
    }

    /** {@return the locked-memory account; null in a QEMU scenario} */
    public LockedPages locked() {
        return locked;
    }

    /** Names one entry of a guest view. */
    record GuestKey(long liobn, long entry) {}

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
     * @param liobn logical I/O bus number
     * @param table the scenario's name for the table
     * @param entry entry of the table
     * @param tce host physical address and permissions
     * @param ua user address, 0 if there is none
     */
    public record HardwareEntry(long line, long liobn, long table, long entry, long tce, long ua) {}

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
