package io.vfiotce.bench.contention;

import io.vfiotce.bench.Machine;
import io.vfiotce.dma.DmaContext;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.HStatus;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.PinnedMappings;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * A VM with two vCPUs, two windows of 512 pages that are mapped all over, and two devices, one on each window.
 *
 * <p>No call leaves the kernel layers, so no handler runs beside the threads that are measured.
 */
final class ContentionMachine implements AutoCloseable {
    static final int THREADS = 2;
    static final int PAGE_SHIFT = Machine.PAGE_SHIFT;
    static final int WINDOW_PAGES = Machine.WINDOW_PAGES;
    static final int PAIRS = Machine.PAIRS;
    static final long RAM_BYTES = Machine.RAM_BYTES;
    private static final long FIRST_LIOBN = Machine.FIRST_LIOBN;
    private static final long SEED = Machine.SEED;
    private static final int MAPPING = 3;

    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final Vm vm = new Vm(new VmConfig().process(process), ReferenceHandler::new);
    private final GuestMemory ram = GuestMemory.sparse(RAM_BYTES);
    private final List<Integer> windows = new ArrayList<>();
    private final List<IommuTable> iommuTables = new ArrayList<>();
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final List<DmaContext> devices = new ArrayList<>();
    private final PinnedRegion region;

    /**
     * Sets the machine up.
     *
     * @param groups IOMMU tables attached to each window
     */
    ContentionMachine(final int groups) {
        vm.addMemslot(Memslot.of(0, ram));
        for (long gpa = 0; gpa < RAM_BYTES; gpa += 1 << PAGE_SHIFT) {
            // Memory that was never touched is all the same page.
            ram.putBigEndianOpaque(gpa, gpa);
        }
        region = process.pinnedMemory().register(Memslot.DEFAULT_UA_BASE, RAM_BYTES >> process.hostPageShift());
        for (int i = 0; i < THREADS; i++) {
            windows.add(vm.createSpaprTce64(new WindowGeometry(liobn(i), PAGE_SHIFT, 0, WINDOW_PAGES)));
            for (int group = 0; group < groups; group++) {
                attach(table(i));
            }
            table(i).makeResident(0, WINDOW_PAGES);
        }
        for (int i = 0; i < THREADS; i++) {
            vcpus.add(vm.createVcpu());
            devices.add(vm.dma().openContext("device " + i, liobn(i)));
            map(i);
        }
    }

    private void attach(final TceTable window) {
        final IommuTable table = new IommuTable(
                process,
                new IommuTableGeometry(PAGE_SHIFT, 0, (long) WINDOW_PAGES << PAGE_SHIFT, 1, process.hostPageShift()),
                true);
        window.attached().attach(table);
        iommuTables.add(table);
    }

    private void map(final int window) {
        for (long page = 0; page < WINDOW_PAGES; page++) {
            final long address = page << PAGE_SHIFT;
            // As a guest uses it: a page is empty, mapped, mapped to another one.
            for (final long tce : new long[] {address | MAPPING, 0, address | MAPPING}) {
                if (vcpu(window).hPutTce(liobn(window), address, tce) != HStatus.H_SUCCESS) {
                    throw new IllegalStateException("page " + page + " cannot be mapped");
                }
            }
        }
    }

    Vcpu vcpu(final int thread) {
        return vcpus.get(thread);
    }

    /** The device on a window. */
    DmaContext device(final int window) {
        return devices.get(window);
    }

    TceTable table(final int window) {
        return ((TceTableFile) vm.files().file(windows.get(window))).table();
    }

    static long liobn(final int window) {
        return FIRST_LIOBN + window;
    }

    /** Random bus addresses, other ones for each thread. */
    static long[] randomIobas(final int thread) {
        return randomPages(thread, 0, WINDOW_PAGES)
                .map(page -> page << PAGE_SHIFT)
                .toArray();
    }

    /** TCEs of random pages of the whole guest memory, other ones for each thread. */
    static long[] randomTces(final int thread) {
        return randomPages(THREADS + thread, 0, RAM_BYTES >> PAGE_SHIFT)
                .map(page -> page << PAGE_SHIFT | MAPPING)
                .toArray();
    }

    /** TCEs of random pages of the thread's own half of guest memory. */
    static long[] randomTcesOfHalf(final int thread) {
        final long half = RAM_BYTES / THREADS >> PAGE_SHIFT;
        return randomPages(THREADS + thread, thread * half, (thread + 1) * half)
                .map(page -> page << PAGE_SHIFT | MAPPING)
                .toArray();
    }

    private static LongStream randomPages(final int stream, final long from, final long to) {
        return new SplittableRandom(SEED + stream).longs(PAIRS, from, to);
    }

    @Override
    public void close() {
        devices.forEach(DmaContext::close);
        vcpus.forEach(Vcpu::close);
        windows.forEach(vm.files()::close);
        vm.close();
        for (final IommuTable table : iommuTables) {
            PinnedMappings.unmap(table, process.pinnedMemory(), 0, table.sizePages());
            table.put();
        }
        process.pinnedMemory().put(region);
        process.close();
    }
}
