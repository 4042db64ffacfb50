package io.vfiotce.bench;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.Handoff;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Hcall;
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
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * A VM with a running handler and windows: what every suite measures on.
 *
 * <p>Before anything is measured every hypercall is made in every layer with every outcome, into windows with no, one and two
 * IOMMU tables, so that no branch of the compiled code is dead; and the windows that rows call are resident.
 */
public final class Machine implements AutoCloseable {
    /** log2 of the bytes of a page, unless a row says otherwise. */
    public static final int PAGE_SHIFT = 12;

    /** Pages of a window, unless a row says otherwise. */
    public static final int WINDOW_PAGES = 512;

    /** How many inputs a row has; so few that they do not push out what is measured. */
    public static final int PAIRS = 1024;

    /** Bytes of guest memory, unless a row says otherwise. */
    public static final long RAM_BYTES = 64L << 20;

    /** Where 512 TCEs lie in guest memory. */
    public static final long LIST_GPA = 1L << 20;

    /** The LIOBN of the first window. */
    public static final long FIRST_LIOBN = 0x8000_0000L;

    /** Where all randomness comes from. */
    public static final long SEED = 20_261_122L;

    /** The first vCPU. */
    public final Vcpu vcpu;

    /** The VM. */
    public final Vm vm;

    private final MachineConfig config;
    private final GuestMemory ram;
    private final UserProcess process;
    private final AgentRunner runner;
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final List<Integer> files = new ArrayList<>();
    private final List<UserspaceWindow> windows = new ArrayList<>();
    private final List<IommuTable> iommuTables = new ArrayList<>();
    private final List<PinnedRegion> regions = new ArrayList<>();

    /**
     * Sets the machine up; nothing runs yet.
     *
     * @param config what it is made of
     */
    public Machine(final MachineConfig config) {
        this.config = config;
        process = new UserProcess(config.process());
        ram = GuestMemory.sparse(config.ramBytes() + config.unregisteredBytes());
        final VmConfig vmConfig =
                new VmConfig().answerLimit(AnswerLimit.RUN).process(process).vcpuIdle(BusySpinIdleStrategy::new);
        final boolean isHandlerHere = config.elsewhere() == null;
        vm = isHandlerHere ? new Vm(vmConfig, ReferenceHandler::new) : new Vm(vmConfig, config.elsewhere());
        vm.enableHcall(Hcall.H_PUT_TCE_INDIRECT, true);
        vm.enableHcall(Hcall.H_STUFF_TCE, true);
        addMemory();
        for (int table = 0; table < config.tables(); table++) {
            addWindow(table);
        }
        Exercise.writeLists(ram, config);
        runner = isHandlerHere
                ? new AgentRunner(config.handlerIdle(), Throwable::printStackTrace, null, vm.handoff())
                : null;
        for (int i = 0; i < config.vcpus(); i++) {
            vcpus.add(vm.createVcpu());
        }
        vcpu = vcpus.get(0);
    }

    /**
     * Sets a machine of one window up whose handler is elsewhere.
     *
     * @param handoff the way there, with somebody who answers
     * @return the machine
     */
    public static Machine withHandlerElsewhere(final Handoff handoff) {
        return new Machine(new MachineConfig().handlerElsewhere(handoff));
    }

    private void addMemory() {
        final long slotBytes = config.ramBytes() / config.memslots();
        for (long gpa = 0; gpa < config.ramBytes(); gpa += slotBytes) {
            addMemslot(gpa, slotBytes);
        }
        if (config.unregisteredBytes() != 0) {
            addMemslot(config.ramBytes(), config.unregisteredBytes());
        }
        final long regionBytes = config.ramBytes() / config.regions();
        for (long gpa = 0; gpa < config.ramBytes(); gpa += regionBytes) {
            regions.add(process.pinnedMemory()
                    .register(Memslot.DEFAULT_UA_BASE + gpa, regionBytes >> process.hostPageShift()));
        }
    }

    private void addMemslot(final long gpa, final long bytes) {
        vm.addMemslot(Memslot.of(gpa, GuestMemory.ofAddress(ram.address() + gpa, bytes, ram)));
    }

    private void addWindow(final int table) {
        final int file = vm.createSpaprTce64(new WindowGeometry(liobn(table), config.pageShift(), 0, config.pages()));
        files.add(file);
        windows.add(vm.mapTable(file));
        for (int group = 0; group < config.groupsOf(table); group++) {
            attach(window(table));
        }
    }

    private void attach(final TceTable window) {
        final IommuTable table = new IommuTable(
                process,
                new IommuTableGeometry(
                        config.tablePageShift(),
                        0,
                        config.pages() << config.pageShift(),
                        config.levels(),
                        process.hostPageShift()),
                true);
        window.attached().attach(table);
        table.makeResident(0, table.sizePages());
        iommuTables.add(table);
    }

    /** Makes every hypercall on a machine that has every kind of window; a row whose machine is its own calls this first. */
    public static void exercise() {
        try (Machine every = new Machine(MachineConfig.ofEveryKind().handlerIdle(new YieldingIdleStrategy()))) {
            every.run();
        }
    }

    /**
     * Starts the handler and makes every hypercall, first on a machine that has every kind of window.
     *
     * @return this
     */
    public Machine start() {
        exercise();
        return run();
    }

    private Machine run() {
        if (runner != null) {
            AgentRunner.startOnThread(runner);
        }
        // First: a fresh table would send its first calls to virtual mode, and the compiler would take that for usual.
        final long[] liobns = calledLiobns();
        for (final long liobn : liobns) {
            if (!window((int) (liobn - FIRST_LIOBN)).makeResident(0, config.pages())) {
                throw new IllegalStateException("no memory for the pages of a window");
            }
        }
        new Exercise(vcpu, config, liobns).run();
        return this;
    }

    /** The windows that rows call: all, or of very many those that {@link #randomLiobns} gives. */
    private long[] calledLiobns() {
        return config.tables() <= PAIRS
                ? LongStream.range(0, config.tables())
                        .map(table -> FIRST_LIOBN + table)
                        .toArray()
                : LongStream.concat(LongStream.of(FIRST_LIOBN), LongStream.of(randomLiobns(config.tables())))
                        .distinct()
                        .toArray();
    }

    /**
     * Disables the kernel layers, so that every hypercall goes to the handler.
     *
     * @return this
     */
    public Machine userspaceOnly() {
        for (final long opcode :
                new long[] {Hcall.H_PUT_TCE, Hcall.H_GET_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT}) {
            vm.enableHcall(opcode, false);
        }
        return this;
    }

    /** {@return a vCPU, from 0} */
    public Vcpu vcpu(final int index) {
        return vcpus.get(index);
    }

    /** {@return the guest view of a window, from 0} */
    public TceTable window(final int table) {
        return ((TceTableFile) vm.files().file(files.get(table))).table();
    }

    /** {@return the IOMMU tables of all windows} */
    public List<IommuTable> iommuTables() {
        return List.copyOf(iommuTables);
    }

    /** {@return the regions of the guest's memory} */
    public List<PinnedRegion> regions() {
        return List.copyOf(regions);
    }

    /** {@return the LIOBN of a window, from 0} */
    public static long liobn(final int table) {
        return FIRST_LIOBN + table;
    }

    /** {@return the TCE of a page of 4 KiB of the guest's memory, for reading and writing} */
    public static long tce(final int page) {
        return ((long) page << PAGE_SHIFT) | 3;
    }

    /** {@return as many random bus addresses of a window of 512 pages of 4 KiB as there are inputs} */
    public static long[] randomIobas() {
        return randomIobas(WINDOW_PAGES, PAGE_SHIFT);
    }

    /** {@return as many random bus addresses of a window as there are inputs} */
    public static long[] randomIobas(final long pages, final int pageShift) {
        return new SplittableRandom(SEED)
                .longs(PAIRS, 0, pages)
                .map(page -> page << pageShift)
                .toArray();
    }

    /** {@return as many random TCEs of 4 KiB pages as there are inputs} */
    public static long[] randomTces() {
        return randomTces(RAM_BYTES, PAGE_SHIFT);
    }

    /** {@return as many random TCEs as there are inputs, for reading and writing} */
    public static long[] randomTces(final long ramBytes, final int pageShift) {
        return new SplittableRandom(SEED + 1)
                .longs(PAIRS, 0, ramBytes >> pageShift)
                .map(page -> page << pageShift | 3)
                .toArray();
    }

    /** {@return as many random LIOBNs as there are inputs} */
    public static long[] randomLiobns(final int tableCount) {
        return new SplittableRandom(SEED + 2)
                .longs(PAIRS, 0, tableCount)
                .map(table -> FIRST_LIOBN + table)
                .toArray();
    }

    @Override
    public void close() {
        vcpus.forEach(Vcpu::close);
        if (runner != null) {
            runner.close();
        }
        windows.forEach(UserspaceWindow::close);
        files.forEach(vm.files()::close);
        vm.close();
        for (final IommuTable table : iommuTables) {
            PinnedMappings.unmap(table, process.pinnedMemory(), 0, table.sizePages());
            table.put();
        }
        regions.forEach(process.pinnedMemory()::put);
        process.close();
    }
}
