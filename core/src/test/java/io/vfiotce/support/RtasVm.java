package io.vfiotce.support;

import io.vfiotce.handoff.HostBridge;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestInts;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Rtas;
import io.vfiotce.tce.TceTable;
import io.vfiotce.userspace.DmaWindows;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.ArrayList;
import java.util.List;

/** A guest with host bridges that calls firmware; the first bridge has its default window, the second can have no other. */
public final class RtasVm implements AutoCloseable {
    /** The bridge whose windows can be changed. */
    public static final HostBridge BRIDGE = HostBridge.ofIndex(0);

    /** A bridge with dynamic windows off. */
    public static final HostBridge OFF = off(HostBridge.ofIndex(1));

    /** Where buffers lie. */
    public static final long BUFFER = 0x1000;

    /** What result words hold before the call. */
    public static final long UNTOUCHED = 0x5A5A_5A5AL;

    /** Size of guest memory in bytes. */
    public static final long MEMORY_BYTES = 1 << 16;

    private final TestVm test;
    private final Vcpu vcpu;
    private final DmaWindows windows;
    private final List<Exception> refusals = new ArrayList<>();
    private long status;

    /** Makes the VM. */
    public RtasVm() {
        this(new ProcessConfig());
    }

    /** Makes the VM in a process that is set up as wished. */
    public RtasVm(final ProcessConfig process) {
        final List<HostBridge> bridges = List.of(BRIDGE, OFF);
        test = TestVm.inline(new VmConfig().process(process), found -> new ReferenceHandler(found, bridges));
        test.withMemory(0, GuestMemory.sparse(MEMORY_BYTES));
        windows = new DmaWindows(test.vm(), bridges, refusals::add);
        windows.reset(BRIDGE);
        windows.reset(OFF);
        vcpu = test.vcpu();
    }

    private static HostBridge off(final HostBridge bridge) {
        return new HostBridge(
                bridge.buid(),
                bridge.liobn(),
                bridge.secondLiobn(),
                1,
                bridge.startBytes(),
                bridge.sizeBytes(),
                bridge.pageShift(),
                bridge.secondStartBytes(),
                bridge.pageSizeMask());
    }

    /** Calls firmware; {@return the results, as signed 32-bit numbers} */
    public long[] call(final long token, final int nret, final long... arguments) {
        return callAt(BUFFER, token, nret, arguments);
    }

    /** Calls firmware with a buffer of any place in guest memory; {@return the results} */
    public long[] callAt(final long gpa, final long token, final int nret, final long... arguments) {
        put(gpa, 0, token);
        put(gpa, 1, arguments.length);
        put(gpa, 2, nret);
        for (int i = 0; i < arguments.length; i++) {
            put(gpa, Rtas.HEADER_WORDS + i, arguments[i]);
        }
        for (int i = 0; i < nret; i++) {
            put(gpa, Rtas.HEADER_WORDS + arguments.length + i, UNTOUCHED);
        }
        status = vcpu.hcall(Hcall.H_RTAS, gpa, 0, 0, 0);
        final long[] results = new long[nret];
        for (int i = 0; i < nret; i++) {
            results[i] = get(gpa, Rtas.HEADER_WORDS + arguments.length + i);
        }
        return results;
    }

    /** Writes a word of a buffer. */
    public void put(final long gpa, final int index, final long word) {
        GuestInts.put(test.vm().memslots(), gpa + (long) index * Integer.BYTES, word);
    }

    /** {@return a word of a buffer, as a signed 32-bit number} */
    public long get(final long gpa, final int index) {
        return (int) GuestInts.get(test.vm().memslots(), gpa + (long) index * Integer.BYTES);
    }

    /** Makes a window on the bridge; {@return the results} */
    public long[] create(final int pageShift, final int windowShift) {
        return call(Rtas.CREATE_PE_DMA_WINDOW, 4, 0, buidHigh(), buidLow(), pageShift, windowShift);
    }

    /** Removes a window; {@return the RTAS status} */
    public long remove(final long liobn) {
        return call(Rtas.REMOVE_PE_DMA_WINDOW, 1, liobn)[0];
    }

    /** Resets the bridge; {@return the RTAS status} */
    public long reset() {
        return call(Rtas.RESET_PE_DMA_WINDOW, 1, 0, buidHigh(), buidLow())[0];
    }

    /** {@return the upper half of the bridge's address} */
    public static long buidHigh() {
        return BRIDGE.buid() >>> Integer.SIZE;
    }

    /** {@return the lower half of the bridge's address} */
    public static long buidLow() {
        return BRIDGE.buid() & 0xFFFF_FFFFL;
    }

    /** {@return the status of the last call} */
    public long status() {
        return status;
    }

    /** {@return the bridge's windows, in words} */
    public List<String> windows() {
        return windows.tables().values().stream()
                .filter(table -> BRIDGE.hasLiobn(table.liobn()))
                .map(table -> table.geometry().toString())
                .toList();
    }

    /** {@return the guest view of a window, null if there is none} */
    public TceTable table(final long liobn) {
        return windows.table(liobn);
    }

    /** {@return the VMM's side of windows} */
    public DmaWindows dmaWindows() {
        return windows;
    }

    /** {@return why operations were refused} */
    public List<Exception> refusals() {
        return refusals;
    }

    /** {@return the vCPU} */
    public Vcpu vcpu() {
        return vcpu;
    }

    /** {@return the VM with its helpers} */
    public TestVm test() {
        return test;
    }

    @Override
    public void close() {
        vcpu.offline();
        windows.close();
        test.close();
    }
}
