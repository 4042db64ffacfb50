package io.vfiotce.snapshot;

/**
 * Layout of a table snapshot, version 1. All numbers are big-endian; the same in words is in {@code
 * core/docs/snapshot-format.md}.
 *
 * <pre>
 * header  (24 bytes)   magic 8, version u16, flags u16, page words u32, reserved u32, CRC32C u32
 * block   (repeated)   tag u32, payload bytes u32, payload, CRC32C u32
 * </pre>
 *
 * <p>A checksum covers the checksum before it and then everything up to its own place: a block that is missing, doubled,
 * moved or taken from another snapshot does not fit, and the last checksum stands for the whole.
 *
 * <pre>
 * TABL  window   number u32, flags u32, LIOBN u64, page shift u32, reserved u32, offset u64, size u64
 * PAGE  entries  window u32, reserved u32, then records: page u64, first u32, words u32, words x u64
 * GONE  window   number u32, reserved u32
 * ROND  round    number u32, reserved u32, records u64
 * TEND  end      rounds u32, windows u32, records u64, bytes u64
 * </pre>
 */
public final class SnapshotDescriptor {
    /** First eight bytes as a big-endian number: 0x89, {@code TCES}, CR, LF, 0x1a. */
    public static final long MAGIC = 0x8954_4345_530d_0a1aL;

    /** Version written, and the only one read. */
    public static final int VERSION = 1;

    /** Header size in bytes. */
    public static final int HEADER_BYTES = 24;

    /** Offset in bytes of the u16 version. */
    public static final int VERSION_OFFSET = 8;

    /** Offset in bytes of the u16 flags, all zero in version 1. */
    public static final int FLAGS_OFFSET = 10;

    /** Offset in bytes of the u32 number of entries of a page. */
    public static final int PAGE_WORDS_OFFSET = 12;

    /** Offset in bytes of a u32 that is 0. */
    public static final int RESERVED_OFFSET = 16;

    /** Offset in bytes of the header's checksum. */
    public static final int HEADER_CRC_OFFSET = HEADER_BYTES - Integer.BYTES;

    /** Log2 of the entries of a page. Pages are the same whatever the host's are. */
    public static final int PAGE_WORDS_SHIFT = 9;

    /** Entries of a page. */
    public static final int PAGE_WORDS = 1 << PAGE_WORDS_SHIFT;

    /** Tag of a window that is new, or whose flags have changed. */
    public static final int TABLE_TAG = 0x5441_424c;

    /** Tag of changed entries of a window. */
    public static final int PAGES_TAG = 0x5041_4745;

    /** Tag of a window that is no more. */
    public static final int GONE_TAG = 0x474f_4e45;

    /** Tag of the end of a round. */
    public static final int ROUND_TAG = 0x524f_4e44;

    /** Tag of the end of the snapshot. */
    public static final int END_TAG = 0x5445_4e44;

    /** Size in bytes of a block before its payload. */
    public static final int BLOCK_HEADER_BYTES = 8;

    /** Most bytes of a payload. */
    public static final int MAX_PAYLOAD_BYTES = 1 << 16;

    /** Payload of a window in bytes. */
    public static final int TABLE_BYTES = 40;

    /** The window's flag that devices behind it bypass translation. */
    public static final int TABLE_FLAG_BYPASS = 1;

    /** Payload of changed entries in bytes, before the first record; also the whole payload of {@link #GONE_TAG}. */
    public static final int WINDOW_BYTES = 8;

    /** A record in bytes before its words. */
    public static final int RECORD_BYTES = 16;

    /** Payload of the end of a round in bytes. */
    public static final int ROUND_BYTES = 16;

    /** Payload of the end in bytes. */
    public static final int END_BYTES = 24;

    /** Most windows at one time. */
    public static final int MAX_WINDOWS = 1 << 16;

    private SnapshotDescriptor() {}
}
