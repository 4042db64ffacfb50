package io.vfiotce.memory;

import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;

/**
 * Finds out when no reader can hold a reference any more that was taken out of a shared structure: quiescent-state-based
 * reclamation with a global epoch.
 *
 * <p><b>Readers</b> ({@link QuiescentReader}: vCPUs and whatever else follows shared references) store the epoch that
 * they loaded <em>after</em> their last use of shared state, between two hypercalls if {@link #changes} has moved, without a
 * fence.
 * <b>Reclaimers</b> unpublish, then {@link #advance}, then wait until every reader is offline or has announced the new
 * epoch.
 *
 * <p><b>Why it is sound.</b> A reader that announces epoch {@code e} has loaded {@code e} with acquire, and the epoch
 * became {@code e} after the unpublishing store. So all its later loads see the structure without the retired object, and
 * all its earlier uses are over. A counter that a reader merely increments per call would not do: the next call's load of
 * the structure can pass the buffered store of the counter, and a reclaimer that sees the counter move frees an object
 * still in use.
 *
 * @threads readers as they say; every method here is synchronized and cold
 */
public final class Quiescence {
    static final long OFFLINE = 0;
    private static final int EPOCH = 0;

    private final OffHeap offHeap;
    private final WordPage epoch;
    private final ChangeCount changes = new ChangeCount();
    private final List<QuiescentReader> readers = new ArrayList<>();

    /**
     * Creates a domain without readers.
     *
     * @param offHeap where the epoch and the readers' words are kept
     */
    public Quiescence(final OffHeap offHeap) {
        this.offHeap = offHeap;
        epoch = offHeap.allocateOrThrow(OffHeap.ALIGNMENT_BYTES, "an epoch");
        epoch.setWordRelease(EPOCH, OFFLINE + 1);
    }

    /**
     * Adds a reader, offline.
     *
     * @param name what to call it in messages, for example {@code "vcpu 0"}
     * @return the reader; {@link QuiescentReader#close} it when its thread is done
     */
    public synchronized QuiescentReader register(final String name) {
        final QuiescentReader reader =
                new QuiescentReader(this, name, epoch, offHeap.allocateOrThrow(OffHeap.ALIGNMENT_BYTES, name));
        readers.add(reader);
        return reader;
    }

    /**
     * Starts a grace period.
     *
     * @return the epoch that readers have to announce, for {@link #laggard}
     * @ordering a full fence: everything unpublished before is unpublished for a reader that announces the result
     */
    public synchronized long advance() {
        final long target = epoch.getAndAddLong(EPOCH, 1) + 1;
        // After the epoch: whoever sees the count announces this epoch or a later one.
        changes.changed();
        return target;
    }

    /** {@return counts changes of what readers keep copies of, and the epochs: a reader that sees it moved has to announce} */
    public ChangeCount changes() {
        return changes;
    }

    /**
     * The first reader that may still use what was unpublished before {@link #advance} returned a target.
     *
     * @param target a result of {@link #advance}
     * @return the reader's name, or null if the grace period is over
     */
    public synchronized String laggard(final long target) {
        // Pairs with the fence of online(): a reader that this misses sees what was unpublished.
        UnsafeApi.fullFence();
        for (final QuiescentReader reader : readers) {
            final long announced = reader.announcedAcquire();
            if (announced != OFFLINE && announced < target) {
                return reader.name();
            }
        }
        return null;
    }

    synchronized void unregister(final QuiescentReader reader, final WordPage announced) {
        if (readers.remove(reader)) {
            offHeap.free(announced);
        }
    }

    /** Frees the domain's own word. No reader may be registered any more. */
    public synchronized void close() {
        if (!readers.isEmpty()) {
            throw new IllegalStateException("reader " + readers.get(0).name() + " is still registered");
        }
        offHeap.free(epoch);
    }
}
