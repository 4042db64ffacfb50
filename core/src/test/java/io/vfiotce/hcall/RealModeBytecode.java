package io.vfiotce.hcall;

import java.util.Set;

/** The walk over everything that a hypercall runs in real mode. */
final class RealModeBytecode {
    static final String TREE = "io/vfiotce/";

    /** Methods outside the project that real mode may call: none of them allocates, locks or throws on legal arguments. */
    static final Set<String> ALLOWED_CALLS = Set.of(
            "java/lang/Long.compareUnsigned",
            "java/lang/Long.numberOfLeadingZeros",
            "java/lang/Long.numberOfTrailingZeros",
            "java/lang/Long.reverseBytes",
            "java/lang/Long.rotateRight",
            "java/lang/Math.max",
            "java/lang/Math.min",
            "java/lang/invoke/VarHandle.getAcquire",
            "org/agrona/UnsafeApi.getAndSetLong",
            "org/agrona/UnsafeApi.getLong",
            "org/agrona/UnsafeApi.getLongAcquire",
            "org/agrona/UnsafeApi.getLongOpaque",
            "org/agrona/UnsafeApi.getByte",
            "org/agrona/UnsafeApi.putByte",
            "org/agrona/UnsafeApi.putLong",
            "org/agrona/UnsafeApi.putLongOpaque",
            "org/agrona/UnsafeApi.putLongRelease",
            "org/agrona/UnsafeApi.storeFence",
            "org/agrona/concurrent/UnsafeBuffer.addressOffset",
            "org/agrona/concurrent/UnsafeBuffer.boundsCheck",
            "org/agrona/concurrent/UnsafeBuffer.getLong",
            "org/agrona/concurrent/UnsafeBuffer.getLongAcquire",
            "org/agrona/concurrent/UnsafeBuffer.putLongRelease",
            "org/agrona/concurrent/UnsafeBuffer.setMemory");

    /** Where a hypercall leaves real mode, and what the first one runs once. */
    static final Set<String> COLD_METHODS = Set.of(
            "io/vfiotce/hcall/HcallChain.leaveRealMode",
            "io/vfiotce/hcall/HcallChain.otherHcall",
            "io/vfiotce/hcall/HcallChain.online");

    /** What must stay a call, lest the usual path of a hypercall grows too big to be inlined into its callers. */
    static final Set<String> OUT_OF_LINE = Set.of("io/vfiotce/hcall/RealMode.putTce");

    private RealModeBytecode() {}

    static BytecodeClosure walk() {
        return new BytecodeClosure(TREE, ALLOWED_CALLS, COLD_METHODS, OUT_OF_LINE)
                .walkMethods("io/vfiotce/hcall/RealMode")
                .walkMethod("io/vfiotce/hcall/HcallChain", "hcall")
                .walkMethod("io/vfiotce/memory/QuiescentReader", "announce");
    }
}
