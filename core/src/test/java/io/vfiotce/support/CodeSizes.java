package io.vfiotce.support;

import java.util.HashMap;
import java.util.Map;
import org.objectweb.asm.ClassReader;

/** Reads how many bytes of bytecode each method of a class file has. */
public final class CodeSizes {
    /** HotSpot's FreqInlineSize: a larger method is never inlined into a hot caller. */
    public static final int FREQ_INLINE_SIZE = 325;

    /** HotSpot's MaxInlineSize: a method that is not larger is inlined into a caller that is not hot, or was not when it was counted. */
    public static final int MAX_INLINE_SIZE = 35;

    private static final int MEMBER_HEADER_BYTES = 6;
    private static final int ATTRIBUTE_HEADER_BYTES = 6;
    private static final int CODE_LENGTH_OFFSET = 10;

    private final ClassReader reader;
    private final char[] scratch;
    private final Map<String, Integer> sizes = new HashMap<>();

    private CodeSizes(final ClassReader reader) {
        this.reader = reader;
        scratch = new char[reader.getMaxStringLength()];
    }

    /**
     * Measures all methods of a class file.
     *
     * @param reader the class file
     * @return bytes of code by method name and descriptor
     */
    public static Map<String, Integer> of(final ClassReader reader) {
        final CodeSizes sizes = new CodeSizes(reader);
        // Access flags, this and super class, then the interfaces.
        final int interfaces = reader.header + MEMBER_HEADER_BYTES;
        final int fields = interfaces + 2 + 2 * reader.readUnsignedShort(interfaces);
        sizes.members(sizes.members(fields));
        return sizes.sizes;
    }

    private int members(final int start) {
        int at = start + 2;
        for (int left = reader.readUnsignedShort(start); left > 0; left--) {
            final String member = reader.readUTF8(at + 2, scratch) + reader.readUTF8(at + 4, scratch);
            at += MEMBER_HEADER_BYTES;
            int attributes = reader.readUnsignedShort(at);
            at += 2;
            for (; attributes > 0; attributes--) {
                if ("Code".equals(reader.readUTF8(at, scratch))) {
                    sizes.put(member, reader.readInt(at + CODE_LENGTH_OFFSET));
                }
                at += ATTRIBUTE_HEADER_BYTES + reader.readInt(at + 2);
            }
        }
        return at;
    }
}
