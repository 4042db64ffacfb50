package io.vfiotce.bench.memory;

import io.vfiotce.bench.Machine;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.HStatus;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** A VM in which one window after the other is made, mapped in clusters of consecutive pages, and closed. */
final class SparseWindow implements AutoCloseable {
    static final int PAGE_SHIFT = Machine.PAGE_SHIFT;
    private static final long SEED = Machine.SEED;
    private static final long LIOBN = Machine.FIRST_LIOBN;
    private static final long RAM_BYTES = Machine.RAM_BYTES;
    private static final int MAPPING = 3;

    private final Vm vm = new Vm(new VmConfig(), ReferenceHandler::new);
    private final Vcpu vcpu;
    private int fd;
    private TceTable table;

    SparseWindow() {
        vm.addMemslot(Memslot.of(0, GuestMemory.sparse(RAM_BYTES)));
        vcpu = vm.createVcpu();
    }

    /** Starts of clusters, uniform over a window. */
    static long[] uniformStarts(final int clusters, final long windowPages, final int clusterPages) {
        return new SplittableRandom(SEED)
                .longs(clusters, 0, windowPages - clusterPages + 1)
                .toArray();
    }

    /** How many leaves of 64 KiB clusters touch. */
    static int touchedLeaves(final long[] starts, final int clusterPages, final long leafBytes) {
        final long entries = leafBytes / Long.BYTES;
        final Set<Long> leaves = new HashSet<>();
        for (final long start : starts) {
            for (long leaf = start / entries; leaf <= (start + clusterPages - 1) / entries; leaf++) {
                leaves.add(leaf);
            }
        }
        return leaves.size();
    }

    void open(final long pages) {
        fd = vm.createSpaprTce64(new WindowGeometry(LIOBN, PAGE_SHIFT, 0, pages));
        table = ((TceTableFile) vm.files().file(fd)).table();
    }

    /** Maps clusters by H_PUT_TCE. */
    void map(final long[] starts, final int clusterPages) {
        for (final long start : starts) {
            for (long page = start; page < start + clusterPages; page++) {
                final long tce = (page << PAGE_SHIFT) % RAM_BYTES | MAPPING;
                if (vcpu.hPutTce(LIOBN, page << PAGE_SHIFT, tce) != HStatus.H_SUCCESS) {
                    throw new IllegalStateException("page " + page + " cannot be mapped");
                }
            }
        }
        // Nothing that is freed waits for the vCPU.
        vcpu.offline();
    }

    TceTable table() {
        return table;
    }

    /** Closes the window; its memory is free afterwards. */
    void shut() {
        vm.files().close(fd);
    }

    /** Off-heap bytes that the library accounts for. */
    long accountedBytes() {
        return vm.offHeapBytes();
    }

    @Override
    public void close() {
        vcpu.close();
        vm.close();
    }
}
