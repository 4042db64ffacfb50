package io.vfiotce.tools.trace;

/**
 * Layout of a binary trace file, version 1. All fixed-size numbers are little-endian; the same in words is in
 * {@code tools/docs/trace-format.md}.
 *
 * <pre>
 * header  (168 bytes)  magic 8, version u16, flags u16, header size u32, totals 18 x u64, reserved u32, CRC32C u32
 * block   (repeated)   tag u32, number u32, records u32, list words u32, raw bytes u32, stored bytes u32,
 *                      stored bytes (zlib), CRC32C u32 of everything before it in the block
 * end     (24 bytes)   tag u32, blocks u32, file bytes u64, reserved u32, CRC32C u32
 * </pre>
 */
public final class BinaryTraceDescriptor {
    /** First byte of a binary trace; no text log and no gzip file begins with it. */
    public static final int MAGIC_FIRST_BYTE = 0x89;

    /** First eight bytes of the file as a little-endian number: 0x89, {@code TCET}, CR, LF, 0x1a. */
    public static final long MAGIC = 0x1a0a_0d54_4543_5489L;

    /** Version written, and the only one read. */
    public static final int VERSION = 1;

    /** Header size in bytes. */
    public static final int HEADER_BYTES = 168;

    /** Offset in bytes of the u16 version. */
    public static final int VERSION_OFFSET = 8;

    /** Offset in bytes of the u16 flags, all zero in version 1. */
    public static final int FLAGS_OFFSET = 10;

    /** Offset in bytes of the u32 header size. */
    public static final int HEADER_SIZE_OFFSET = 12;

    /** Offset in bytes of the first total, in the order of {@link #TOTALS}. */
    public static final int TOTALS_OFFSET = 16;

    /**
     * Number of u64 totals: records, list words, threads, source lines, ignored lines, dropped list entries, blocks,
     * seven record counts by kind, three by grade, one hypercall count.
     */
    public static final int TOTALS = 18;

    /** Offset in bytes of the header's CRC32C, over all bytes before it. */
    public static final int HEADER_CRC_OFFSET = HEADER_BYTES - Integer.BYTES;

    /** Tag of a block, {@code BLCK} in file order. */
    public static final int BLOCK_TAG = 0x4b43_4c42;

    /** Tag of the end marker, {@code TEND} in file order. */
    public static final int END_TAG = 0x444e_4554;

    /** Size in bytes of a block before its stored bytes. */
    public static final int BLOCK_HEADER_BYTES = 24;

    /** Size in bytes of the end marker. */
    public static final int END_BYTES = 24;

    /** Most records of a block. */
    public static final int MAX_BLOCK_RECORDS = 1 << 16;

    /** A block ends with the record that brings its list words to this number or over it. */
    public static final int BLOCK_LIST_WORDS = 1 << 16;

    /** Most list words of a block. */
    public static final int MAX_BLOCK_LIST_WORDS = BLOCK_LIST_WORDS + TraceBuilder.MAX_INDIRECT_PAGES - 1;

    /** Longest varint in bytes. */
    public static final int MAX_VARINT_BYTES = 10;

    /** Most bytes of a record in a block: two byte columns and eight varint columns. */
    public static final int MAX_RECORD_BYTES = 2 + 8 * MAX_VARINT_BYTES;

    /** Most bytes of a block before compression. */
    public static final int MAX_RAW_BYTES =
            MAX_BLOCK_RECORDS * MAX_RECORD_BYTES + MAX_BLOCK_LIST_WORDS * (1 + MAX_VARINT_BYTES);

    /** Most stored bytes of a block: zlib never grows data by more than this. */
    public static final int MAX_STORED_BYTES = MAX_RAW_BYTES + (MAX_RAW_BYTES >>> 9) + 64;

    private BinaryTraceDescriptor() {}
}
