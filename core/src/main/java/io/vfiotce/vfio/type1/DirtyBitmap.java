package io.vfiotce.vfio.type1;

/**
 * Where a container reports dirty pages: one bit per page, from the first page of the range asked for.
 *
 * <p>Both methods are called with the container's lock held: they must not call the library, nor take a lock that anybody holds
 * while calling it.
 *
 * @threads the caller's
 */
public interface DirtyBitmap {
    /** {@return bytes of room} */
    long sizeBytes();

    /**
     * Marks pages dirty; other bits stay as they are.
     *
     * @param firstBit the first page's number in the range
     * @param bits how many pages
     */
    void mark(long firstBit, long bits);
}
