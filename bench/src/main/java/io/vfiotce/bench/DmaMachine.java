package io.vfiotce.bench;

import io.vfiotce.dma.DmaAccess;
import io.vfiotce.dma.DmaConfig;
import io.vfiotce.dma.DmaContext;
import io.vfiotce.dma.DmaStatus;
import io.vfiotce.handoff.HostBridge;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.HStatus;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.DmaWindows;
import io.vfiotce.userspace.PassThroughHost;
import io.vfiotce.userspace.ReferenceHandler;
import io.vfiotce.userspace.VfioAddressSpace;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A VM whose window of 512 pages is mapped all over. Devices see it as the guest wrote it, and
 * through the one-level table of a VFIO group, each with hints and without.
 *
 * <p>Before anything is measured every context makes every access with every outcome, so that no branch of the compiled code is
 * dead.
 */
public final class DmaMachine implements AutoCloseable {
    /** Pages of the window, of 2 to the power of {@link Machine#PAGE_SHIFT} bytes. */
    public static final int PAGES = Machine.WINDOW_PAGES;

    static final int BYTES = PAGES << Machine.PAGE_SHIFT;
    private static final int SCATTER = 0xA5;
    private static final int EXERCISE_ROUNDS = 60_000;

    /** A device that sees the guest view and keeps hints. */
    public final DmaContext hinted;

    final DmaContext walking;
    final DmaContext hardware;
    final DmaContext walkingHardware;
    private final GuestMemory ram = GuestMemory.sparse(2L * BYTES);
    private final UnsafeBuffer memory = new UnsafeBuffer(ram.address(), BYTES);
    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final PassThroughHost host = new PassThroughHost(1, process.clock());
    private final Vm vm = new Vm(new VmConfig().process(process).host(host.iommu()), ReferenceHandler::new);
    private final int kvmDevice = vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
    private final HostBridge bridge = HostBridge.ofIndex(0);
    private final DmaWindows windows = new DmaWindows(vm, List.of(bridge), refusal -> {});
    private final VfioAddressSpace space;

    /** Sets it up. */
    public DmaMachine() {
        final IommuGroup group = host.groups().get(0);
        vm.addMemslot(Memslot.of(0, ram));
        space = new VfioAddressSpace(host.vfio(), vm, kvmDevice, List.of(group.id()), process.hostPageShift());
        windows.attach(bridge, space);
        windows.create(new WindowGeometry(bridge.liobn(), Machine.PAGE_SHIFT, 0, PAGES));
        require(group.tableGroup().table(0).geometry().levels() == 1, "the hardware's table has one level");
        map();
        hinted = vm.dma().openContext("hinted", bridge.liobn());
        walking = vm.dma().openContext(new DmaConfig("walking").hints(false), bridge.liobn());
        hardware = vm.dma().openContext("hardware", group);
        walkingHardware = vm.dma().openContext(new DmaConfig("walking hardware").hints(false), group);
        // Memory that was never touched is all the same page.
        require(hinted.fill(0, BYTES, (byte) 0) == DmaStatus.OK, "all pages can be written");
    }

    /**
     * Makes every access with every outcome.
     *
     * @return this
     */
    public DmaMachine start() {
        for (final DmaContext context : List.of(hinted, walking, hardware, walkingHardware)) {
            checkEachPage(context);
        }
        for (int i = 0; i < EXERCISE_ROUNDS; i++) {
            exercise(hinted, i);
            exercise(walking, i);
            exercise(hardware, i);
            exercise(walkingHardware, i);
        }
        return this;
    }

    private void map() {
        try (Vcpu vcpu = vm.createVcpu()) {
            for (long page = 0; page < PAGES; page++) {
                final long status = vcpu.hPutTce(
                        bridge.liobn(),
                        page << Machine.PAGE_SHIFT,
                        gpa(page << Machine.PAGE_SHIFT) | DmaAccess.READ_WRITE);
                require(status == HStatus.H_SUCCESS, "page " + page + " is mapped");
            }
        }
    }

    private void checkEachPage(final DmaContext context) {
        for (long ioba = 0; ioba < BYTES; ioba += 1L << Machine.PAGE_SHIFT) {
            final int status = context.translate(ioba + 8, 8, DmaAccess.READ);
            require(
                    status == DmaStatus.OK && context.address() == address(ioba + 8),
                    context.name() + " reaches the same memory");
        }
    }

    private static void require(final boolean condition, final String what) {
        if (!condition) {
            throw new IllegalStateException("not so: " + what);
        }
    }

    private static long gpa(final long ioba) {
        return ioba ^ (long) SCATTER << Machine.PAGE_SHIFT;
    }

    /**
     * {@return where a bus address leads}
     *
     * @param ioba bus address
     */
    public long address(final long ioba) {
        return ram.address() + gpa(ioba);
    }

    /** Where a bus address leads in {@link #memory}, by one instruction: what a device without a window would do. */
    static int offset(final long ioba) {
        return (int) gpa(ioba);
    }

    /** The memory behind the window as a buffer. */
    UnsafeBuffer memory() {
        return memory;
    }

    /** {@return memory outside the window, as large as it, to read into} */
    public long bufferAddress() {
        return ram.address() + BYTES;
    }

    private void exercise(final DmaContext context, final int i) {
        final long ioba = (long) (i * 37) % (PAGES - 1) << Machine.PAGE_SHIFT | i % 500 << 3;
        context.begin();
        context.translate(ioba, 8, 1 + i % 3);
        context.end();
        context.load64(ioba);
        context.read(ioba + i % (1 << Machine.PAGE_SHIFT), bufferAddress(), 64);
        if (i % 64 == 0) {
            // As rare as they are for a device: the compiler takes for usual what it sees often.
            context.store64(ioba, 0);
            context.translate(BYTES + ioba, 8, DmaAccess.READ);
            context.load64(ioba + 4);
            context.read(BYTES - 32, bufferAddress(), 64);
            context.offline();
        }
    }

    @Override
    public void close() {
        List.of(hinted, walking, hardware, walkingHardware).forEach(DmaContext::close);
        windows.close();
        space.close();
        vm.files().close(kvmDevice);
        vm.close();
        process.close();
    }
}
