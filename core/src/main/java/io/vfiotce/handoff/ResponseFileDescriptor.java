package io.vfiotce.handoff;

/**
 * Layout of the response file: what the handler writes and the VM reads. All is 64-bit words in the machine's byte order.
 *
 * <pre>
 *   word
 *   +------+--------------------------------+
 *   | 0    | magic                          |  header, 4096 bytes, written when the VM makes the file
 *   | 1    | version                        |
 *   | 2    | size of the file in bytes      |
 *   | 3    | number of cells C              |
 *   | 4    | epoch of the owner             |
 *   | 5    | checksum of words 0 to 4       |
 *   | 16   | process number of the handler  |
 *   +------+--------------------------------+
 *   | 512  | C cells of 16 words            |  one for each vCPU
 *   +------+--------------------------------+
 *   | …    | end mark, then 15 words of 0   |  as in the request file, written when the VM makes the file
 *   +------+--------------------------------+
 *
 *   cell
 *   +----+---------------------------------+
 *   | 0  | {@link StateWord state word}: DONE |
 *   | 1  | words 17 to 30 of               |
 *   |    | {@link HandoffCellDescriptor}   |
 *   | 14 |                                 |
 *   | 15 | checksum of words 1 to 14, and  |
 *   |    | of number, epoch and cell       |
 *   +----+---------------------------------+
 * </pre>
 *
 * The words of a cell are written before its state word.
 */
public final class ResponseFileDescriptor {
    /** Name of the file in the directory. */
    public static final String FILE_NAME = "response";

    /** First word of the file: {@code vfioTCEr}. */
    public static final long MAGIC = 0x7666_696F_5443_4572L;

    /** Version of this layout. */
    public static final long VERSION = 1;

    /** Words of a cell. */
    public static final int CELL_WORDS = 16;

    static final int HEADER_WORDS = 512;
    static final int SIZE_BYTES = 2;
    static final int CELLS = 3;
    static final int EPOCH = 4;
    static final int HEADER_CHECKSUM = 5;
    static final int HANDLER_PID = 16;

    static final int STATE = 0;
    static final int ANSWER = 1;
    static final int ANSWER_WORDS = 14;
    static final int CHECKSUM = 15;

    private ResponseFileDescriptor() {}

    /**
     * Where a cell lies.
     *
     * @param cell number of the cell
     * @return its first word
     */
    public static int cellWord(final int cell) {
        return HEADER_WORDS + cell * CELL_WORDS;
    }

    /**
     * Where the end mark lies.
     *
     * @param cells number of cells of the file
     * @return its word
     */
    static int endWord(final int cells) {
        return cellWord(cells);
    }

    /**
     * The size of a file.
     *
     * @param cells its number of cells
     * @return bytes
     */
    public static long sizeBytes(final int cells) {
        return (long) (endWord(cells) + RequestFileDescriptor.END_WORDS) * Long.BYTES;
    }
}
