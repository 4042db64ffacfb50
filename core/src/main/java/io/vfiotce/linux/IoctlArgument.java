package io.vfiotce.linux;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

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
        if (readableBytes() < bytes) {
            throw new LinuxException(Errno.EFAULT, "no " + bytes + " bytes of argument at offset " + offset);
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
        requireBytes(field + Integer.BYTES);
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
        requireBytes(field + Long.BYTES);
        return buffer.getLong(offset + field, ORDER);
    }

    /**
     * Reads a byte.
     *
     * @param field its offset in the structure
     * @return the byte
     * @throws LinuxException EFAULT if it is not in the caller's memory
     */
    public byte int8(final int field) {
        requireBytes(field + 1);
        return buffer.getByte(offset + field);
    }

    /**
     * Writes a 32-bit field.
     *
     * @param field its offset in the structure
     * @param word new value
     * @throws LinuxException EFAULT if it is not in the caller's memory
     */
    public void int32(final int field, final int word) {
        requireBytes(field + Integer.BYTES);
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
        requireBytes(field + Long.BYTES);
        buffer.putLong(offset + field, word, ORDER);
    }
}
