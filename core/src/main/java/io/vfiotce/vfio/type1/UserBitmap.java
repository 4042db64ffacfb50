package io.vfiotce.vfio.type1;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.vfio.BitmapLayout;
import io.vfiotce.vfio.StructField;
import io.vfiotce.vfio.VfioException;

/**
 * A bitmap in the memory of an ioctl's argument. There is no other user memory here: what is the bitmap's user address in
 * Linux counts from the start of the argument's structure.
 *
 * @threads the caller's
 */
final class UserBitmap implements DirtyBitmap {
    private final IoctlArgument argument;
    private final int start;
    private final long sizeBytes;

    private UserBitmap(final IoctlArgument argument, final int start, final long sizeBytes) {
        this.argument = argument;
        this.start = start;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Finds a bitmap.
     *
     * @param argument the argument
     * @param descriptor where it says where the bitmap is
     * @return the bitmap
     * @throws io.vfiotce.linux.LinuxException EFAULT if the descriptor is not in the caller's memory, EINVAL if the bitmap is
     *     not
     */
    static UserBitmap at(final IoctlArgument argument, final StructField descriptor) {
        final long sizeBytes = BitmapLayout.SIZE.in(descriptor).int64(argument);
        final long data = BitmapLayout.DATA.in(descriptor).int64(argument);
        final long available = argument.readableBytes();
        if (sizeBytes < 0 || data < 0 || data > available || sizeBytes > available - data) {
            throw new VfioException(
                    Errno.EINVAL,
                    "no bitmap of " + Long.toUnsignedString(sizeBytes) + " bytes at " + Long.toUnsignedString(data));
        }
        return new UserBitmap(argument, (int) data, sizeBytes);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void mark(final long firstBit, final long bits) {
        final long end = firstBit + bits;
        long bit = firstBit;
        while (bit < end) {
            final long nextWord = (bit | Long.SIZE - 1) + 1;
            final long until = Math.min(nextWord, end);
            final int field = start + (int) (bit >>> 6) * Long.BYTES;
            // until - bit is 1 to 64; a shift by 64 less that keeps so many low ones.
            final long ones = -1L >>> Long.SIZE - (until - bit) << bit;
            argument.int64(field, argument.int64(field) | ones);
            bit = until;
        }
    }
}
