package io.vfiotce.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An array of pages of words that are published one by one, each found as a buffer or by its address.
 *
 * <p>The address is for the fast path, which has checked its index against the window and masks it to the page; everything
 * else uses the buffer, which checks again.
 *
 * @threads any reader; writers exclude each other by a lock of theirs
 */
public final class PageSlots {
    private static final VarHandle ADDRESS =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    static {
        // A VarHandle call site is linked, with allocation, when it first runs: do that before real mode does.
        addressAcquire(new PageSlots(1).addresses, 0);
    }

    private final WordPage[] pages;
    private final long[] addresses;

    /**
     * Creates slots that are all empty.
     *
     * @param count how many
     */
    public PageSlots(final int count) {
        pages = new WordPage[count];
        addresses = new long[count];
    }

    /** {@return the addresses of the pages, for {@link #addressAcquire}} */
    public long[] addresses() {
        return addresses;
    }

    /** {@return how many slots there are} */
    public int count() {
        return pages.length;
    }

    /**
     * The address of a page.
     *
     * @param addresses {@link #addresses} of the slots
     * @param index slot number
     * @return where the page's first word lies; 0 if the slot is empty
     * @ordering acquire: the page's first contents are visible
     */
    public static long addressAcquire(final long[] addresses, final int index) {
        return (long) ADDRESS.getAcquire(addresses, index);
    }

    /**
     * A page as a buffer.
     *
     * @param index slot number
     * @return the page; null if the slot is empty
     * @ordering acquire
     */
    public WordPage pageAcquire(final int index) {
        return addressAcquire(addresses, index) == 0 ? null : pages[index];
    }

    /**
     * Publishes a page.
     *
     * @param index slot number, empty
     * @param page the page
     * @ordering release
     */
    public void setRelease(final int index, final WordPage page) {
        pages[index] = page;
        ADDRESS.setRelease(addresses, index, page.addressOffset());
    }

    /**
     * Empties a slot that no other thread uses any more.
     *
     * @param index slot number
     * @return the page that was there, or null
     */
    public WordPage clear(final int index) {
        final WordPage page = pages[index];
        pages[index] = null;
        addresses[index] = 0;
        return page;
    }
}
