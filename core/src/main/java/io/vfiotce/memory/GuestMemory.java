package io.vfiotce.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * A block of the embedder's memory that a memslot shows to the guest.
 *
 * <p>The library reads TCE lists from it and, for devices, moves data; it never frees it. The block must stay valid until
 * its memslot is removed and a grace period has passed.
 *
 * @threads any; words are read and written atomically, with the guest as the other side
 */
public final class GuestMemory {
    private static final boolean NATIVE_BIG_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    private final long address;
    private final long sizeBytes;
    // Keeps a buffer's memory from being collected while only its address is used.
    private final Object owner;

    private GuestMemory(final long address, final long sizeBytes, final Object owner) {
        if ((address & (Long.BYTES - 1)) != 0) {
            throw new IllegalArgumentException("address=0x" + Long.toHexString(address) + " is not 8-byte aligned");
        }
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("sizeBytes=" + sizeBytes + " is not positive");
        }
        this.address = address;
        this.sizeBytes = sizeBytes;
        this.owner = owner;
    }

    /**
     * Memory at an address of this process.
     *
     * @param address first byte, 8-byte aligned
     * @param sizeBytes length in bytes
     * @param owner kept reachable as long as this object; may be null
     * @return the memory
     */
    public static GuestMemory ofAddress(final long address, final long sizeBytes, final Object owner) {
        AgronaAccess.require();
        return new GuestMemory(address, sizeBytes, owner);
    }

    /**
     * The memory of a direct or mapped buffer, from index 0 to its capacity.
     *
     * @param buffer a direct buffer that is not read-only
     * @return the memory
     */
    public static GuestMemory ofBuffer(final ByteBuffer buffer) {
        AgronaAccess.require();
        if (!buffer.isDirect() || buffer.isReadOnly()) {
            throw new IllegalArgumentException("guest memory must be a direct buffer that can be written");
        }
        return new GuestMemory(BufferUtil.address(buffer), buffer.capacity(), buffer);
    }

    /**
     * Zeroed memory of which only touched pages take space: a mapped temporary file that is already deleted.
     *
     * @param sizeBytes length in bytes, less than 2 GiB
     * @return the memory, valid as long as this object is reachable
     */
    public static GuestMemory sparse(final long sizeBytes) {
        AgronaAccess.require();
        if (sizeBytes <= 0 || sizeBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("sizeBytes=" + sizeBytes + " is not in 1.." + Integer.MAX_VALUE);
        }
        try {
            final Path file = Files.createTempFile("guest-memory", null);
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                final MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, sizeBytes);
                return ofBuffer(buffer);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot map " + sizeBytes + " bytes of guest memory", e);
        }
    }

    /** {@return address of the first byte} */
    public long address() {
        return address;
    }

    /** {@return length in bytes} */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** {@return what keeps the memory alive, may be null} */
    public Object owner() {
        return owner;
    }

    /**
     * Writes a big-endian word, as a guest fills a TCE list.
     *
     * @param offsetBytes where, a multiple of 8
     * @param word the value
     * @ordering opaque
     */
    public void putBigEndianOpaque(final long offsetBytes, final long word) {
        if (offsetBytes < 0 || (offsetBytes & (Long.BYTES - 1)) != 0 || offsetBytes > sizeBytes - Long.BYTES) {
            throw new IndexOutOfBoundsException("offsetBytes=" + offsetBytes + " of " + sizeBytes);
        }
        UnsafeApi.putLongOpaque(null, address + offsetBytes, NATIVE_BIG_ENDIAN ? word : Long.reverseBytes(word));
    }

    /**
     * Reads a big-endian word once.
     *
     * @param wordAddress where in this process; the caller has checked it against a memslot
     * @return the value
     * @ordering opaque: the guest may change the word at any time, so it is read once and only the copy is used
     */
    static long bigEndianOpaque(final long wordAddress) {
        final long word = UnsafeApi.getLongOpaque(null, wordAddress);
        return NATIVE_BIG_ENDIAN ? word : Long.reverseBytes(word);
    }
}
