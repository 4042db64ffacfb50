package io.vfiotce.memory;

import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;

/**
 * How many entries of IOMMU tables point into each region, kept without an atomic operation per map.
 *
 * <p>Every vCPU adds to a stripe of its own, one word for each region; everything else adds atomically to a shared stripe.
 * A stripe's word means nothing alone and may be negative; the sum over all stripes is the region's count.
 *
 * <p>A sum is exact while nobody counts. While counts only go down it is never less than what is left when it has been
 * taken: a sum of 0 says that nothing points into the region. That is what {@link PinnedMemory} makes sure of before it
 * believes one.
 *
 * @threads any, as each method says
 * @ordering own stripes: release stores by one thread; shared stripe: atomic adds; sums: acquire loads
 */
public final class MappedCounts {
    /** Most regions at once. */
    public static final int MAX_REGIONS = 1024;

    private static final int STRIPE_BYTES = MAX_REGIONS * Long.BYTES;

    private final OffHeap offHeap;
    private final long shared;
    private final List<Long> stripes = new ArrayList<>();

    MappedCounts(final OffHeap offHeap) {
        this.offHeap = offHeap;
        shared = allocate();
    }

    private long allocate() {
        final long address = offHeap.allocateAddress(STRIPE_BYTES);
        if (address == 0) {
            throw new OutOfMemoryError("no off-heap memory for counts of mapped pages");
        }
        return address;
    }

    /**
     * Makes a stripe.
     *
     * @return its address, for {@link #addOwn}
     * @throws OutOfMemoryError if there is no off-heap memory
     */
    public synchronized long openStripe() {
        final long address = allocate();
        stripes.add(address);
        return address;
    }

    /**
     * Adds a stripe to the shared one and frees it. Its owner counts no more.
     *
     * @param stripe a result of {@link #openStripe}
     * @throws IllegalStateException if it was closed before
     */
    public synchronized void closeStripe(final long stripe) {
        if (!stripes.remove(Long.valueOf(stripe))) {
            throw new IllegalStateException("the stripe is closed already");
        }
        for (int i = 0; i < MAX_REGIONS; i++) {
            final long own = Words.wordAcquire(stripe, i);
            if (own != 0) {
                addShared(i, own);
            }
        }
        offHeap.freeAddress(stripe, STRIPE_BYTES);
    }

    /**
     * Counts in a stripe of this thread's own.
     *
     * @param stripe a result of {@link #openStripe}
     * @param region {@link PinnedRegion#index}
     * @param entries entries that point into the region now and did not before; negative for the opposite
     * @ordering release
     */
    public static void addOwn(final long stripe, final int region, final long entries) {
        final long word = stripe + ((long) region << 3);
        UnsafeApi.putLongRelease(null, word, UnsafeApi.getLong(null, word) + entries);
    }

    /**
     * Counts in the stripe that everybody shares.
     *
     * @param region {@link PinnedRegion#index}
     * @param entries as for {@link #addOwn}
     * @ordering an atomic add
     */
    public void addShared(final int region, final long entries) {
        UnsafeApi.getAndAddLong(null, shared + ((long) region << 3), entries);
    }

    /**
     * Sums the stripes.
     *
     * @param region {@link PinnedRegion#index}
     * @return entries that point into the region; exact only while nobody counts
     */
    public synchronized long sum(final int region) {
        long sum = Words.wordAcquire(shared, region);
        for (final long stripe : stripes) {
            sum += Words.wordAcquire(stripe, region);
        }
        return sum;
    }

    void free() {
        offHeap.freeAddress(shared, STRIPE_BYTES);
    }
}
