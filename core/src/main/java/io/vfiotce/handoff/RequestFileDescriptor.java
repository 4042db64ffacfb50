package io.vfiotce.handoff;

import io.vfiotce.papr.Hcall;

/**
 * Layout of the request file: what the VM writes and the handler reads. All is 64-bit words in the machine's byte order.
 *
 * <pre>
 *   word
 *   +---------+---------------------------------------+
 *   | 0       | magic                                 |  header, 4096 bytes
 *   | 1       | version                               |
 *   | 2       | size of the file in bytes             |
 *   | 3       | number of cells C                     |
 *   | 4       | number of records R                   |
 *   | 5       | epoch of the owner                    |
 *   | 6       | process number of the owner           |
 *   | 7       | start time of the owner               |
 *   | 8       | inode of the response file            |
 *   | 9       | checksum of words 0 to 8              |
 *   | 16      | cells in use, from the first          |
 *   | 32      | changes of the records                |
 *   +---------+---------------------------------------+
 *   | 512     | R records of 16 words                 |  windows and host bridges
 *   +---------+---------------------------------------+
 *   | …       | C list pages of 512 words             |  one for each vCPU
 *   +---------+---------------------------------------+
 *   | …       | C cells of 16 words                   |  one for each vCPU
 *   +---------+---------------------------------------+
 *   | …       | end mark, then 15 words of 0          |
 *   +---------+---------------------------------------+
 *
 *   cell                                   record
 *   +----+---------------------------+     +----+---------------------------------------+
 *   | 0  | request number            |     | 0  | sequence, odd while it is written     |
 *   | 1  | opcode (r3)               |     | 1  | kind: 0 none, 1 window, 2 host bridge |
 *   | 2  | LIOBN (r4)                |     | 2  | window: LIOBN, page shift, offset in  |
 *   | 3  | IOBA (r5)                 |     |    | pages, size in pages, generation;     |
 *   | 4  | r6                        |     |    | bridge: the parts of HostBridge in    |
 *   | 5  | r7                        |     | 10 | their order                           |
 *   | 6  | words in the list page    |     | 15 | checksum of words 0 to 14             |
 *   | 7  | {@link StateWord state word}: REQ, FREE |     +----+---------------------------------------+
 *   +----+---------------------------+
 * </pre>
 *
 * The words of a cell are written before its number, the number before the state word. The cells go last: a file that was cut so
 * short that something of a request is lost has lost the request. The end mark is written when the file is made and never again: a
 * file that was cut short has lost it, also if it was made as long again.
 */
public final class RequestFileDescriptor {
    /** Name of the file in the directory. */
    public static final String FILE_NAME = "request";

    /** First word of the file: {@code vfioTCEq}. */
    public static final long MAGIC = 0x7666_696F_5443_4571L;

    /** Version of this layout. */
    public static final long VERSION = 1;

    /** Words of a cell. */
    public static final int CELL_WORDS = 16;

    /** Words of a record. */
    public static final int RECORD_WORDS = 16;

    /** Most cells that a file can have. */
    public static final int MAX_CELLS = 4096;

    /** Most records that a file can have. */
    public static final int MAX_RECORDS = 1 << 16;

    /** Words from the end mark to the end. */
    static final int END_WORDS = 16;

    /** The end mark: {@code vfioTCEe}. */
    static final long END_MARK = 0x7666_696F_5443_4565L;

    static final int HEADER_WORDS = 512;
    static final int SIZE_BYTES = 2;
    static final int CELLS = 3;
    static final int RECORDS = 4;
    static final int EPOCH = 5;
    static final int OWNER_PID = 6;
    static final int OWNER_START = 7;
    static final int RESPONSE_INODE = 8;
    static final int HEADER_CHECKSUM = 9;
    static final int OPEN_CELLS = 16;
    static final int RECORD_CHANGES = 32;

    static final int NUMBER = 0;
    static final int ARGUMENTS = 1;
    static final int ARGUMENT_COUNT = 6;
    static final int STATE = 7;

    static final int SEQUENCE = 0;
    static final int KIND = 1;
    static final int PAYLOAD = 2;
    static final int PAYLOAD_WORDS = 9;
    static final int RECORD_CHECKSUM = 15;
    static final int KIND_NONE = 0;
    static final int KIND_WINDOW = 1;
    static final int KIND_BRIDGE = 2;

    private static final int LIST_WORDS = Hcall.MAX_LIST_TCES;

    private RequestFileDescriptor() {}

    /**
     * Where a record lies.
     *
     * @param record number of the record
     * @return its first word
     */
    public static int recordWord(final int record) {
        return HEADER_WORDS + record * RECORD_WORDS;
    }

    /**
     * Where a list page lies.
     *
     * @param records number of records of the file
     * @param cell number of the cell
     * @return its first word
     */
    public static int listWord(final int records, final int cell) {
        return recordWord(records) + cell * LIST_WORDS;
    }

    /**
     * Where a cell lies.
     *
     * @param cells number of cells of the file
     * @param records number of records of the file
     * @param cell number of the cell
     * @return its first word
     */
    public static int cellWord(final int cells, final int records, final int cell) {
        return listWord(records, cells) + cell * CELL_WORDS;
    }

    /**
     * Where the end mark lies.
     *
     * @param cells number of cells of the file
     * @param records number of records of the file
     * @return its word
     */
    static int endWord(final int cells, final int records) {
        return cellWord(cells, records, cells);
    }

    /**
     * The size of a file.
     *
     * @param cells its number of cells
     * @param records its number of records
     * @return bytes
     */
    public static long sizeBytes(final int cells, final int records) {
        return (long) (endWord(cells, records) + END_WORDS) * Long.BYTES;
    }
}
