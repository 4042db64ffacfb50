package io.vfiotce.tools.conform;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects the lines of one scenario and checks what no line shows alone: order, duplicates, references, totals.
 *
 * @threads one
 */
final class ScenarioBuilder {
    // Bounds on what one scenario may make us keep: about a hundred times the largest recording.
    private static final int MAX_LINES = 1 << 20;
    private static final int MAX_LIST_WORDS = 1 << 23;
    private static final int MAX_MEMSLOTS = 64;
    private static final int MAX_WINDOWS = 256;
    private static final int MAX_TABLES = 1024;

    private final ScenarioHeader header;
    private final List<Step> steps = new ArrayList<>();
    private final List<GuestRange> memory = new ArrayList<>();
    private final Set<Long> regions = new HashSet<>();
    private final Set<Long> registered = new HashSet<>();
    private final Set<Long> windows = new HashSet<>();
    private final Set<TableName> tables = new HashSet<>();
    private final Map<EndState.GuestKey, EndState.GuestEntry> guest = new LinkedHashMap<>();
    private final Map<EndState.HardwareKey, EndState.HardwareEntry> hardware = new LinkedHashMap<>();
    private final Map<Long, EndState.MappedCount> mapped = new LinkedHashMap<>();
    private EndState.LockedPages locked;
    private int windowLines;
    private int lines;
    private int listWords;
    private boolean ending;

    ScenarioBuilder(final ScenarioHeader header) {
        this.header = header;
        if (header.ramBytes() != 0) {
            memory.add(new GuestRange(0, header.ramBytes()));
        }
    }

    ScenarioHeader header() {
        return header;
    }

    String name() {
        return "scenario " + header.number();
    }

    /** Whether an address is guest memory. */
    boolean isBacked(final long gpa) {
        for (final GuestRange range : memory) {
            if (range.contains(gpa)) {
                return true;
            }
        }
        return false;
    }

    boolean hasWindow(final long liobn) {
        return windows.contains(liobn);
    }

    void countLine(final LineFields fields) throws VectorFormatException {
        if (++lines > MAX_LINES) {
            throw fields.error(name() + " has more than " + MAX_LINES + " lines");
        }
    }

    private void step(final LineFields fields, final Step step) throws VectorFormatException {
        if (ending) {
            throw fields.error("only lines of the end state and 'end' may follow the end state of " + name());
        }
        steps.add(step);
    }

    void memslot(final LineFields fields, final Step.AddMemslot slot) throws VectorFormatException {
        final GuestRange range = new GuestRange(slot.gpa(), slot.sizeBytes());
        if (memory.stream().anyMatch(range::overlaps)) {
            throw fields.error("memslot at 0x" + Long.toHexString(slot.gpa()) + " overlaps another");
        }
        if (memory.size() == MAX_MEMSLOTS) {
            throw fields.error(name() + " has more than " + MAX_MEMSLOTS + " memslots");
        }
        step(fields, slot);
        memory.add(range);
    }

    void window(final LineFields fields, final Step.CreateWindow window) throws VectorFormatException {
        if (++windowLines > MAX_WINDOWS) {
            throw fields.error(name() + " has more than " + MAX_WINDOWS + " windows");
        }
        step(fields, window);
        windows.add(window.liobn());
    }

    void region(final LineFields fields, final Step.Preregister region) throws VectorFormatException {
        if (registered.contains(region.id())) {
            throw fields.error("region id=" + Long.toHexString(region.id()) + " is there already");
        }
        regions.add(region.id());
        if (region.result() == 0) {
            registered.add(region.id());
        }
        step(fields, region);
    }

    void attach(final LineFields fields, final Step.Attach attach) throws VectorFormatException {
        final TableName table = attach.table();
        if (!windows.contains(table.liobn())) {
            throw fields.error("no window line has the liobn=" + Long.toHexString(table.liobn()));
        }
        if (!tables.add(table)) {
            throw fields.error("table=" + Long.toHexString(table.table()) + " of liobn="
                    + Long.toHexString(table.liobn()) + " is there already");
        }
        if (tables.size() > MAX_TABLES) {
            throw fields.error(name() + " has more than " + MAX_TABLES + " IOMMU tables");
        }
        step(fields, attach);
    }

    void unregister(final LineFields fields, final Step.Unregister unregister) throws VectorFormatException {
        if (!regions.contains(unregister.id())) {
            throw fields.error("no prereg line has the id " + Long.toHexString(unregister.id()));
        }
        if (unregister.result() == 0) {
            registered.remove(unregister.id());
        }
        step(fields, unregister);
    }

    void call(final LineFields fields, final VectorCall call) throws VectorFormatException {
        listWords += call.words().length;
        if (listWords > MAX_LIST_WORDS) {
            throw fields.error(name() + " has more than " + MAX_LIST_WORDS + " list words");
        }
        step(fields, call);
    }

    void guest(final LineFields fields, final EndState.GuestEntry entry) throws VectorFormatException {
        ending = true;
        if (guest.put(new EndState.GuestKey(entry.liobn(), entry.entry()), entry) != null) {
            throw fields.error("entry 0x" + Long.toHexString(entry.entry()) + " is listed twice");
        }
    }

    void hardware(final LineFields fields, final EndState.HardwareEntry entry) throws VectorFormatException {
        ending = true;
        if (hardware.put(new EndState.HardwareKey(entry.table(), entry.entry()), entry) != null) {
            throw fields.error("entry 0x" + Long.toHexString(entry.entry()) + " is listed twice");
        }
    }

    void mapped(final LineFields fields, final EndState.MappedCount count) throws VectorFormatException {
        ending = true;
        if (mapped.put(count.id(), count) != null) {
            throw fields.error("region " + Long.toHexString(count.id()) + " is listed twice");
        }
    }

    void locked(final LineFields fields, final EndState.LockedPages pages) throws VectorFormatException {
        ending = true;
        if (locked != null) {
            throw fields.error("a second 'locked' line in " + name());
        }
        locked = pages;
    }

    Scenario build(final LineFields fields, final String source) throws VectorFormatException {
        if (header.profile() == Profile.KERNEL && locked == null) {
            throw fields.error("no 'locked' line in " + name() + "; lines are missing");
        }
        return new Scenario(
                source,
                header.number(),
                header.line(),
                fields.lineNumber(),
                header.profile(),
                header.hostPageShift(),
                header.ramBytes(),
                steps,
                new EndState(guest, hardware, mapped, locked));
    }
}
