package io.vfiotce.vfio;

import io.vfiotce.linux.IoctlArgument;

/**
 * A field of a structure that ioctls pass: where it is and how long.
 *
 * <p>Reading and writing is in the machine's byte order and throws EFAULT where the caller's memory ends before the field
 * does.
 *
 * @param name the field's name in Linux; a dot leads into a nested structure
 * @param offset where it starts
 * @param sizeBytes how long it is; 0 for an array that ends the structure
 */
public record StructField(String name, int offset, int sizeBytes) {
    /**
     * Where a field ends: the size of the part of a structure that has to be there for the field to be.
     *
     * <p>Later fields can be appended without breaking callers that do not know them, and padding at the end is not counted.
     *
     * @param field the last field that is needed
     * @return offset plus size: the minsz of an ioctl
     * @source Linux offsetofend()
     */
    public static int offsetOfEnd(final StructField field) {
        return field.offset + field.sizeBytes;
    }

    /**
     * A field of a structure that is itself a field.
     *
     * @param outer where the structure is
     * @return this field, counted from the start of the outer structure
     */
    public StructField in(final StructField outer) {
        return new StructField(outer.name + '.' + name, outer.offset + offset, sizeBytes);
    }

    /**
     * Reads a 32-bit field.
     *
     * @param struct the structure
     * @return the field
     */
    public int int32(final IoctlArgument struct) {
        return struct.int32(offset);
    }

    /**
     * Reads a 64-bit field.
     *
     * @param struct the structure
     * @return the field
     */
    public long int64(final IoctlArgument struct) {
        return struct.int64(offset);
    }

    /**
     * Writes a 32-bit field.
     *
     * @param struct the structure
     * @param value new value
     */
    public void int32(final IoctlArgument struct, final int value) {
        struct.int32(offset, value);
    }

    /**
     * Writes a 64-bit field.
     *
     * @param struct the structure
     * @param value new value
     */
    public void int64(final IoctlArgument struct, final long value) {
        struct.int64(offset, value);
    }
}
