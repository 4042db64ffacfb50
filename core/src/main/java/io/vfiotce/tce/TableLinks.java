package io.vfiotce.tce;

import java.util.ArrayList;
import java.util.List;

/**
 * Where an IOMMU table is attached, so that it can be taken away from all LIOBNs at once.
 *
 * @threads any; every method is synchronized. {@link AttachedTables} takes this lock inside its own, never the reverse
 */
public final class TableLinks {
    private final IommuTable table;
    private final List<AttachedTables> places = new ArrayList<>();
    private boolean dead;

    TableLinks(final IommuTable table) {
        this.table = table;
    }

    /** Adds a place; false if the table is dead. */
    synchronized boolean add(final AttachedTables place) {
        return !dead && places.add(place);
    }

    synchronized void remove(final AttachedTables place) {
        places.remove(place);
    }

    /** {@return whether the table was taken away from the hypercalls} */
    public synchronized boolean isDead() {
        return dead;
    }

    void die() {
        final List<AttachedTables> all;
        synchronized (this) {
            dead = true;
            all = List.copyOf(places);
        }
        all.forEach(place -> place.tableDied(table));
    }
}
