package io.vfiotce.tce;

import io.vfiotce.memory.ChangeCount;
import java.util.ArrayList;
import java.util.List;

/**
 * The IOMMU tables that are attached to one LIOBN, newest first. Each is there once, however often it was attached.
 *
 * <p>A table that has died stays linked until it is released, but hypercalls do not see it any more and its memory goes.
 *
 * @threads any; changes are synchronized
 * @ordering every change publishes a new array by a volatile store
 * @source Linux struct kvmppc_spapr_tce_iommu_table, kvmppc_spapr_tce_table.iommu_tables
 */
public final class AttachedTables {
    private static final class Link {
        private final IommuTable table;
        private int references = 1;
        private boolean dead;

        Link(final IommuTable table) {
            this.table = table;
        }
    }

    /** What {@link #liveAcquire} returns for a window that only userspace may change now. */
    public static final IommuTable[] USERSPACE_ONLY = {};

    private final List<Link> links = new ArrayList<>();
    private volatile IommuTable[] live;
    private boolean closed;
    private int suspensions;

    /**
     * {@return the tables that hypercalls update, newest first; null if there is none, {@link #USERSPACE_ONLY} if the kernel
     *     layers pass every call that changes the window on}
     *
     * @ordering volatile; a table that has left the array may be in use until the end of a grace period
     */
    public IommuTable[] liveAcquire() {
        return live;
    }

    /**
     * Attaches a table, or attaches it once more.
     *
     * @param table the table; a reference is taken when it is new here
     * @return false, with nothing changed, if the table is dead or being freed, or the LIOBN is gone
     * @source Linux kvm_spapr_tce_attach_iommu_group()
     */
    public synchronized boolean attach(final IommuTable table) {
        final Link there = find(table);
        if (there != null) {
            there.references += there.dead ? 0 : 1;
            return !there.dead;
        }
        if (closed || !table.get()) {
            return false;
        }
        if (!table.links().add(this)) {
            table.put();
            return false;
        }
        links.add(0, new Link(table));
        publish(table);
        return true;
    }

    /**
     * Attaches a table once less.
     *
     * @param table the table; nothing happens if it is not attached
     * @source Linux kvm_spapr_tce_release_iommu_group()
     */
    public synchronized void release(final IommuTable table) {
        final Link link = find(table);
        if (link != null && --link.references == 0) {
            unlink(link);
        }
    }

    /** Releases every table: the LIOBN goes, and nothing can be attached to it any more. */
    public synchronized void close() {
        closed = true;
        List.copyOf(links).forEach(this::unlink);
    }

    /**
     * How often a table is attached.
     *
     * @param table the table
     * @return 0 if it is not
     */
    public synchronized int references(final IommuTable table) {
        final Link link = find(table);
        return link == null ? 0 : link.references;
    }

    /** {@return how many tables are linked, dead ones too} */
    public synchronized int size() {
        return links.size();
    }

    /**
     * Leaves the window to userspace: when a grace period is over, nothing else changes it until {@link #resume}.
     *
     * @param changes tells vCPUs that what they remember is out of date
     */
    public synchronized void suspend(final ChangeCount changes) {
        // Nothing that can fail: who is told of an exception need not undo this.
        suspensions++;
        live = USERSPACE_ONLY;
        changes.changed();
    }

    /**
     * Ends one {@link #suspend}.
     *
     * @param changes as there
     */
    public synchronized void resume(final ChangeCount changes) {
        suspensions--;
        publishLive(changes);
    }

    private void unlink(final Link link) {
        links.remove(link);
        publish(link.table);
        link.table.links().remove(this);
        if (!link.dead) {
            link.table.put();
        }
    }

    synchronized void tableDied(final IommuTable table) {
        final Link link = find(table);
        if (link != null && !link.dead) {
            link.dead = true;
            publish(table);
            // The link stays for who asks for it; the memory need not.
            table.put();
        }
    }

    private Link find(final IommuTable table) {
        for (final Link link : links) {
            if (link.table == table) {
                return link;
            }
        }
        return null;
    }

    private void publish(final IommuTable changed) {
        publishLive(changed.changes());
    }

    private void publishLive(final ChangeCount changes) {
        final IommuTable[] tables = links.stream()
                .filter(link -> !link.dead)
                .map(link -> link.table)
                .toArray(IommuTable[]::new);
        if (suspensions > 0) {
            live = USERSPACE_ONLY;
        } else {
            live = tables.length == 0 ? null : tables;
        }
        changes.changed();
    }
}
