package io.vfiotce.handoff;

/**
 * Layout of a hand-off cell: 64-bit words in two blocks of 128 bytes, each written by one side only.
 *
 * <pre>
 *   word  written by the vCPU          word  written by the handler
 *   +----+------------------------+    +----+------------------------------------+
 *   | 0  | request number         |    | 16 | number answered                    |
 *   | 1  | opcode (r3)            |    | 17 | status                             |
 *   | 2  | LIOBN (r4)             |    | 18 | effect                             |
 *   | 3  | IOBA (r5)              |    | 19 | first entry, or bus address        |
 *   | 4  | r6                     |    | 20 | count of entries, or size in pages |
 *   | 5  | r7                     |    | 21 | generation                         |
 *   | 6  | words in the list page |    | 22 | LIOBN of a window operation        |
 *   | 7  | number applied         |    | 23 | page shift of a window operation   |
 *   | 8  | (end marks of the two  |    | 24 | number of RTAS results             |
 *   | 9  | files, privately)      |    | 25 | RTAS results, 32 bits in each word |
 *   +----+------------------------+    | 30 |                                    |
 *                                      | 31 | (checksum, between processes only) |
 *                                      +----+------------------------------------+
 * </pre>
 *
 * The list page of an H_RTAS call holds the words of the RTAS buffer, each 32 bits in a word: token, number of arguments,
 * number of results, arguments. Between processes the words lie as {@link RequestFileDescriptor} and {@link
 * ResponseFileDescriptor} say, and each side has a private cell.
 */
final class HandoffCellDescriptor {
    static final int REQUEST_NUMBER = 0;
    static final int OPCODE = 1;
    static final int LIOBN = 2;
    static final int IOBA = 3;
    static final int R6 = 4;
    static final int R7 = 5;
    static final int LIST_WORDS = 6;
    static final int APPLIED = 7;
    static final int REQUEST_END = 8;
    static final int RESPONSE_END = 9;
    static final int ANSWER_NUMBER = 16;
    static final int STATUS = 17;
    static final int EFFECT = 18;
    static final int FIRST_ENTRY = 19;
    static final int COUNT = 20;
    static final int GENERATION = 21;
    static final int WINDOW_LIOBN = 22;
    static final int WINDOW_PAGE_SHIFT = 23;
    static final int RESULT_COUNT = 24;
    static final int RESULTS = 25;
    static final int BYTES = 256;

    private HandoffCellDescriptor() {}
}
