package io.vfiotce.vfio;

import io.vfiotce.linux.IoctlArgument;
import java.util.ArrayList;
import java.util.List;

/**
 * How a structure lies in memory: fields are declared in order, each at the next multiple of its own alignment, as the C
 * compilers of all 64-bit Linux ABIs place them.
 *
 * @threads one while fields are declared, any afterwards
 */
public final class StructLayout {
    private final String name;
    private final List<StructField> fields = new ArrayList<>();
    private int end;
    private int alignment = 1;

    /**
     * Starts a structure without fields.
     *
     * @param name its name in Linux
     */
    StructLayout(final String name) {
        this.name = name;
    }

    /** {@return the name in Linux} */
    public String name() {
        return name;
    }

    /** {@return sizeof: up to the end of the last field, rounded up to the largest alignment} */
    public int sizeBytes() {
        return roundUp(end, alignment);
    }

    /** {@return the fields, in order} */
    public List<StructField> fields() {
        return List.copyOf(fields);
    }

    /**
     * Demands the beginning of a structure, as every ioctl does: the bytes are there, and argsz, the first field, says so.
     *
     * @param struct the structure
     * @param last the last field that is needed
     * @throws io.vfiotce.linux.LinuxException EFAULT if the bytes are not in the caller's memory, EINVAL if argsz is smaller
     */
    public void requireThrough(final IoctlArgument struct, final StructField last) {
        final int minSizeBytes = StructField.offsetOfEnd(last);
        struct.requireBytes(minSizeBytes);
        final int argsz = struct.int32(0);
        if (Integer.compareUnsigned(argsz, minSizeBytes) < 0) {
            throw VfioException.invalid(
                    name + ": argsz=" + Integer.toUnsignedString(argsz) + " is less than " + minSizeBytes);
        }
    }

    StructField u16(final String field) {
        return add(field, Short.BYTES, Short.BYTES);
    }

    StructField u32(final String field) {
        return add(field, Integer.BYTES, Integer.BYTES);
    }

    StructField u64(final String field) {
        return add(field, Long.BYTES, Long.BYTES);
    }

    StructField nested(final String field, final StructLayout layout) {
        return add(field, layout.sizeBytes(), layout.alignment);
    }

    /** Declares bytes of any number that follow the structure; sizeof does not count them. */
    StructField bytesAtEnd(final String field) {
        return add(field, 0, 1);
    }

    private StructField add(final String field, final int sizeBytes, final int fieldAlignment) {
        final StructField added = new StructField(field, roundUp(end, fieldAlignment), sizeBytes);
        fields.add(added);
        end = StructField.offsetOfEnd(added);
        alignment = Math.max(alignment, fieldAlignment);
        return added;
    }

    private static int roundUp(final int value, final int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }
}
