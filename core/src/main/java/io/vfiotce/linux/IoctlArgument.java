package io.vfiotce.linux;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The third argument of an ioctl: a number, or a structure in the caller's memory.
 *
 * <p>Fields are in the machine's byte order, at offsets from the structure's start.
 *
 * @threads the caller's
 */
public final class IoctlArgument {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private final long value;
    private final MutableDirectBuffer buffer;
    private final int offset;

    private IoctlArgument(final long value, final MutableDirectBuffer buffer, final int offset) {
        this.value = value;
        this.buffer = buffer;
        this.offset = offset;
    }

    /**
     * An argument that is a number.
     *
     * @param value the number
     * @return the argument
     */
    public static IoctlArgument of(final long value) {
        return new IoctlArgument(value, null, 0);
    }

    /**
     * An argument that points to a structure.
     *
     * @param buffer the caller's memory; null for a null pointer
     * @param offset where the structure starts
     * @return the argument
     */
    public static IoctlArgument of(final MutableDirectBuffer buffer, final int offset) {
        return new IoctlArgument(0, buffer, offset);
    }

    /**
     * An argument that points to a new structure, all zero.
     *
     * @param bytes its size
     * @return the argument
     */
    public static IoctlArgument ofNew(final int bytes) {
        return of(new UnsafeBuffer(new byte[bytes]), 0);
    }

    /** {@return the argument as a number; 0 if it is a structure} */
    public long value() {
        return value;
    }

    /** {@return bytes that can be reached from the structure's start; 0 for a null pointer or a number} */
    public int readableBytes() {
        return buffer == null || offset < 0 ? 0 : Math.max(0, buffer.capacity() - offset);
    }

    /**
     * Demands that a structure's beginning is there, as copy_from_user does.
     *
     * @param bytes how many bytes of it
     * @throws LinuxException EFAULT if they are not all in the caller's memory
     */
    public void requireBytes(final int bytes) {
        require(0, bytes);
    }

    /** Demands a part of the structure; sizes that guests and VMMs choose may be anything. */
    private void require(final int field, final int bytes) {
        if (field < 0 || bytes < 0 || readableBytes() - field < bytes) {
            throw new LinuxException(
                    Errno.EFAULT,
                    "no " + Integer.toUnsignedString(bytes) + " bytes of argument at offset " + offset + ", field "
                            + field);
        }
    }

    /**
     * Reads a 32-bit field.
     *
     * @param field its offset in the structure
     * @return the field
     * @throws LinuxException EFAULT if it is not in the caller's memory
     */
    public int int32(final int field) {
        require(field, Integer.BYTES);
        return buffer.getInt(offset + field, ORDER);
    }

    /**
     * Reads a 64-bit field.
     *
     * @param field its offset in the structure
     * @return the field
     * @throws LinuxException EFAULT if it is not in the caller's memory
     */
    public long int64(final int field) {
        require(field, Long.BYTES);
        return buffer.getLong(offset + field, ORDER);
    }

    /**
     * Reads a 16-bit field.
     *
     * @param field its offset in the structure
     * @return the field
     * @throws LinuxException EFAULT if it is not in the caller's memory
     */
    public short int16(final int field) {
        requireBytes(field + Short.BYTES);
        return buffer.getShort(offset + field, ORDER);
    }

    /**
     * Writes a 16-bit field.
     *
     * @param field its offset in the structure
     * @param word new value
     * @throws LinuxException EFAULT if it is not in the caller's memory
     */
    public void int16(final int field, final short word) {
        requireBytes(field + Short.BYTES);
        buffer.putShort(offset + field, word, ORDER);
    }

    /**
     * Writes a byte.
     *
     * @param field its offset in the structure
     * @param value new value
     * @throws LinuxException EFAULT if it is not in the caller's memory
     */
    public void int8(final int field, final byte value) {
        requireBytes(field + 1);
        buffer.putByte(offset + field, value);
    }

    /**
     * Reads a byte.
     *
     * @param field its offset in the structure
     * @return the byte
     * @throws LinuxException EFAULT if it is not in the caller's memory
     */
    public byte int8(final int field) {
        require(field, Byte.BYTES);
        return buffer.getByte(offset + field);
    }

    /**
     * Follows a pointer. Addresses are offsets in the buffer that the structure lies in.
     *
     * @param field offset of the 64-bit pointer in the structure
     * @return what it points to; reading there is EFAULT if that is outside the caller's memory
     * @throws LinuxException EFAULT if the field is not in the caller's memory
     */
    public IoctlArgument pointer(final int field) {
        final long address = int64(field);
        return address == (int) address ? of(buffer, (int) address) : of(null, 0);
    }

    /**
     * Writes a 32-bit field.
     *
     * @param field its offset in the structure
     * @param word new value
     * @throws LinuxException EFAULT if it is not in the caller's memory
     */
    public void int32(final int field, final int word) {
        require(field, Integer.BYTES);
        buffer.putInt(offset + field, word, ORDER);
    }

    /**
     * Writes a 64-bit field.
     *
     * @param field its offset in the structure
     * @param word new value
     * @throws LinuxException EFAULT if it is not in the caller's memory
     */
    public void int64(final int field, final long word) {
        require(field, Long.BYTES);
        buffer.putLong(offset + field, word, ORDER);
    }
}
