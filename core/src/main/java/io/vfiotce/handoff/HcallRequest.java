package io.vfiotce.handoff;

import io.vfiotce.memory.WordPage;

/** What the handler sees of a hypercall: the registers, and the vCPU's copy of the list of an INDIRECT call. */
public final class HcallRequest {
    private final WordPage cell;
    private final WordPage list;

    HcallRequest(final WordPage cell, final WordPage list) {
        this.cell = cell;
        this.list = list;
    }

    /** {@return the hypercall number, r3} */
    public long opcode() {
        return cell.wordPlain(HandoffCellDescriptor.OPCODE);
    }

    /** {@return the logical I/O bus number, r4} */
    public long liobn() {
        return cell.wordPlain(HandoffCellDescriptor.LIOBN);
    }

    /** {@return the bus address in bytes, r5} */
    public long ioba() {
        return cell.wordPlain(HandoffCellDescriptor.IOBA);
    }

    /** {@return r6: TCE of PUT, value of STUFF, list address of INDIRECT} */
    public long r6() {
        return cell.wordPlain(HandoffCellDescriptor.R6);
    }

    /** {@return r7: count in pages of STUFF and INDIRECT} */
    public long r7() {
        return cell.wordPlain(HandoffCellDescriptor.R7);
    }

    /** {@return how many words of the list were copied; 0 unless this is an INDIRECT call with a legal list, or H_RTAS} */
    public int listWords() {
        return (int) cell.wordPlain(HandoffCellDescriptor.LIST_WORDS);
    }

    /**
     * A word of the list: a TCE of an INDIRECT call, where memory that is not there reads as 0; or for H_RTAS a 32-bit word of
     * the buffer, in this order: token, number of arguments, number of results, arguments.
     *
     * @param index from 0 to {@link #listWords} - 1
     * @return the word
     */
    public long listWord(final int index) {
        return list.wordPlain(index);
    }
}
