package io.vfiotce.memory;

import org.agrona.UnsafeApi;

/**
 * One reader of a {@link Quiescence} domain.
 *
 * <p>A reader starts offline. Online it may follow shared references and must {@link #announce()} now and then, at a point
 * where it holds none; a reader that blocks goes {@link #offline} first, or reclaiming waits for it.
 *
 * @threads one thread at a time, the reader's own
 */
public final class QuiescentReader implements AutoCloseable {
    private static final int WORD = 0;

    private final Quiescence domain;
    private final String name;
    private final WordPage epoch;
    private final WordPage announced;

    QuiescentReader(final Quiescence domain, final String name, final WordPage epoch, final WordPage announced) {
        this.domain = domain;
        this.name = name;
        this.epoch = epoch;
        this.announced = announced;
    }

    /** {@return the name given at registration} */
    public String name() {
        return name;
    }

    /**
     * Says that this reader holds no shared reference now.
     *
     * @ordering the epoch is loaded with acquire, then stored with release; no fence
     * @cost one load and one store
     */
    public void announce() {
        announced.setWordRelease(WORD, epoch.wordAcquire(WORD));
    }

    /**
     * Goes online: shared references may be followed from now on.
     *
     * @ordering a full fence between the announcement and the first load of shared state
     */
    public void online() {
        announce();
        UnsafeApi.fullFence();
    }

    /**
     * Goes offline: no shared reference is held until {@link #online}; reclaiming does not wait for this reader.
     *
     * @ordering release
     */
    public void offline() {
        announced.setWordRelease(WORD, Quiescence.OFFLINE);
    }

    /** {@return whether this reader is online} */
    public boolean isOnline() {
        return announcedAcquire() != Quiescence.OFFLINE;
    }

    /** Leaves the domain; whatever else is called afterwards, but {@link #name}, fails. */
    @Override
    public void close() {
        domain.unregister(this, announced);
    }

    long announcedAcquire() {
        return announced.wordAcquire(WORD);
    }
}
