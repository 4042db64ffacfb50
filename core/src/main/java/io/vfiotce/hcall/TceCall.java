package io.vfiotce.hcall;

/** One hypercall with its list, as comparisons of layers see it. */
public interface TceCall {
    /** {@return the hypercall number, r3} */
    long opcode();

    /** {@return the logical I/O bus number, r4} */
    long liobn();

    /** {@return the bus address in bytes, r5} */
    long ioba();

    /** {@return r6: TCE of PUT, value of STUFF, list address of INDIRECT} */
    long r6();

    /** {@return r7: count in pages of STUFF and INDIRECT} */
    long r7();

    /**
     * A word of the list of an INDIRECT call whose list is in guest memory.
     *
     * @param index from 0 to {@link #r7} - 1
     * @return the TCE
     */
    long listTce(int index);
}
