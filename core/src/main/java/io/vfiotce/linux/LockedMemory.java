package io.vfiotce.linux;

/**
 * The locked-memory account of one process, in host pages.
 *
 * <p>The sum of what is alive: tables and, later, registered regions. It never goes below zero and is unchanged by a
 * refused charge.
 *
 * @threads any; every method is synchronized
 * @source Linux mm/util.c: account_locked_vm()
 */
public final class LockedMemory {
    private final long limitPages;
    private long lockedPages;

    /**
     * Creates an account.
     *
     * @param limitPages RLIMIT_MEMLOCK in host pages; {@link Long#MAX_VALUE} for a process with CAP_IPC_LOCK
     */
    public LockedMemory(final long limitPages) {
        if (limitPages < 0) {
            throw new IllegalArgumentException("limitPages=" + limitPages + " is negative");
        }
        this.limitPages = limitPages;
    }

    /** {@return an account without a limit, as a process with CAP_IPC_LOCK has} */
    public static LockedMemory unlimited() {
        return new LockedMemory(Long.MAX_VALUE);
    }

    /**
     * Adds pages to the account.
     *
     * @param pages host pages, not negative; 0 always succeeds
     * @return true if charged; false, with nothing changed, if the limit would be passed
     */
    public synchronized boolean charge(final long pages) {
        if (pages < 0) {
            throw new IllegalArgumentException("pages=" + pages + " is negative");
        }
        if (pages > limitPages - lockedPages) {
            return false;
        }
        lockedPages += pages;
        return true;
    }

    /**
     * Takes pages off the account.
     *
     * @param pages host pages that were charged before
     * @throws IllegalStateException if more is taken off than is charged; the account is unchanged
     */
    public synchronized void uncharge(final long pages) {
        if (pages < 0 || pages > lockedPages) {
            throw new IllegalStateException("uncharging " + pages + " of " + lockedPages + " locked pages");
        }
        lockedPages -= pages;
    }

    /** {@return pages charged now} */
    public synchronized long lockedPages() {
        return lockedPages;
    }
}
