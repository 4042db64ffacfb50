package io.vfiotce.lifecycle;

import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.KvmVfioDevice;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.Memslot;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.vfio.VfioContainer;
import io.vfiotce.vfio.VfioExternalUser;
import io.vfiotce.vfio.VfioGroup;
import io.vfiotce.vfio.VfioGroupFile;
import io.vfiotce.vfio.VfioRequest;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** User space that does anything at any time, with the right descriptors more often than with wrong ones. */
final class ChaosThread implements Runnable {
    private static final int[] TYPES = {7, 7, 7, 7, 1, 3, 2, 8};
    private static final int[] BAD_FDS = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, World.FILE_LIMIT};

    // What is left of the weights are pauses, in which the vCPUs are as fast as they can be.
    private static final int WEIGHTS = 96;
    private static final long PAUSE_NS = 100_000;

    final UserCalls calls;
    long linked;

    private final World world;
    private final Random random;

    ChaosThread(final World world, final long seed) {
        this.world = world;
        random = new Random(seed);
        calls = new UserCalls(world.process);
    }

    @Override
    public void run() {
        try {
            while (!world.usersStop && world.failure.get() == null) {
                world.gate.enter();
                try {
                    step();
                } finally {
                    world.gate.leave();
                }
            }
        } catch (final RuntimeException | Error e) {
            world.failure.compareAndSet(null, e);
        }
    }

    // ---- choices

    /** A descriptor of other than the owned files, of a type if there is one. */
    private int other(final Class<? extends OpenFile> type) {
        final int room = World.FILE_LIMIT - world.firstOtherFd;
        final int start = random.nextInt(room);
        for (int i = 0; i < room && random.nextInt(64) != 0; i++) {
            final int fd = world.firstOtherFd + (start + i) % room;
            if (type.isInstance(world.peek(fd))) {
                return fd;
            }
        }
        return random.nextBoolean() ? world.firstOtherFd + start : BAD_FDS[random.nextInt(BAD_FDS.length)];
    }

    private int container() {
        return other(VfioContainer.class);
    }

    private int group() {
        return other(VfioGroupFile.class);
    }

    private boolean isOwned(final int containerFd) {
        return world.ownedContainers.contains(containerFd);
    }

    private int containerOrOwned() {
        return random.nextBoolean() ? container() : world.ownedContainers.get(random.nextInt(2));
    }

    private int device() {
        return random.nextBoolean() ? 0 : other(KvmVfioDevice.class);
    }

    private StressVm vm() {
        return world.vms[random.nextInt(world.vms.length)];
    }

    private int otherGroup() {
        return random.nextInt(8) == 0 ? random.nextInt(World.GROUPS + 1) : freeGroup();
    }

    /** Another group, one that may be opened if there is one. */
    private int freeGroup() {
        final int others = World.GROUPS - World.FIRST_OTHER_GROUP;
        final int start = random.nextInt(others);
        for (int i = 0; i < others; i++) {
            final int group = World.FIRST_OTHER_GROUP + (start + i) % others;
            if (world.machine.vfio().findGroup(group).container() == null) {
                return group;
            }
        }
        return World.FIRST_OTHER_GROUP + start;
    }

    private long windowStart() {
        return random.nextBoolean() ? 0 : World.SECOND_START;
    }

    // ---- calls

    private void step() {
        switch (random.nextInt(WEIGHTS)) {
            case 0, 1, 2, 61, 62, 63, 64, 65, 66, 67 -> setUp();
            case 3 -> openContainer();
            case 4, 5 -> openGroup(otherGroup());
            case 6, 7 -> calls.setContainer(group(), container());
            case 8, 9 -> calls.ioctl(group(), VfioRequest.VFIO_GROUP_UNSET_CONTAINER, 0);
            case 10 -> calls.ioctl(container(), VfioRequest.VFIO_SET_IOMMU, TYPES[random.nextInt(TYPES.length)]);
            case 11, 12, 13, 14, 15, 16 -> memory(containerOrOwned(), true);
            case 17 -> memory(containerOrOwned(), false);
            case 18, 68, 69, 70, 71, 72 -> unregisterSecond();
            case 19, 20 -> createWindow(containerOrOwned());
            case 21, 22 -> removeWindow(containerOrOwned());
            case 23, 24, 25, 26 -> mapDma();
            case 27 -> calls.deviceFd(group(), "%04x:01:00.0".formatted(random.nextInt(World.GROUPS)));
            case 28, 29, 30 -> close(other(OpenFile.class));
            case 32 -> close(container());
            case 33, 34 -> closeGroup(group());
            case 35 -> close(other(TceTableFile.class));
            case 31 -> close(other(KvmVfioDevice.class));
            case 36 -> calls.call(() -> vm().vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0));
            case 37, 38, 39 -> calls.onDevice(device(), device -> device.groupAdd(group()));
            case 40, 41 -> calls.onDevice(device(), device -> device.groupDel(group()));
            case 42, 43, 44, 45 -> link(device(), group(), other(TceTableFile.class));
            case 46, 47 -> createTable(vm());
            case 48, 49 -> mapTable(vm(), other(TceTableFile.class));
            case 50, 51 -> closeWindow(vm());
            case 52 -> calls.run(() -> vm().toggleMemory(world.memory.get(1)));
            case 53 -> switchHcalls(vm());
            case 54, 55 -> externalUser();
            case 56 -> calls.ioctl(group(), VfioRequest.VFIO_GROUP_GET_STATUS, random.nextLong());
            case 57 -> calls.ioctl(other(OpenFile.class), VfioRequest.VFIO_CHECK_EXTENSION, random.nextInt(12));
            case 58 ->
                calls.ioctl(
                        other(OpenFile.class),
                        VfioRequest.VFIO_GET_API_VERSION + random.nextInt(24),
                        random.nextLong());
            case 59 -> calls.ioctl(containerOrOwned(), VfioRequest.VFIO_EEH_PE_OP, random.nextLong());
            case 60 -> world.process.awaitGracePeriod();
            default -> LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /** Mostly all are on: without them every call waits for the handler. */
    private void switchHcalls(final StressVm vm) {
        vm.enableAll();
        if (random.nextInt(4) == 0) {
            calls.run(() -> vm.vm.enableHcall(StressVm.OPCODES[random.nextInt(StressVm.OPCODES.length)], false));
        }
    }

    private void close(final int fd) {
        calls.close(fd);
        if (random.nextInt(16) == 0) {
            calls.close(fd);
        }
    }

    /** Mostly the VMs are told first: a group that only a VM holds cannot be opened again. */
    private void closeGroup(final int fd) {
        if (random.nextInt(8) != 0) {
            calls.onDevice(0, device -> device.groupDel(fd));
            calls.onDevice(other(KvmVfioDevice.class), device -> device.groupDel(fd));
        }
        close(fd);
    }

    private int openContainer() {
        final int fd = calls.call(() -> world.machine.vfio().openContainer(world.process));
        if (world.peek(fd) instanceof VfioContainer container) {
            world.containers.add(container);
        }
        return fd;
    }

    private int openGroup(final int group) {
        return calls.call(() -> world.machine.vfio().openGroup(world.process, group));
    }

    /** What a VMM does, with others in between. */
    private void setUp() {
        final int groupFd = openGroup(freeGroup());
        if (groupFd < 0) {
            return;
        }
        final int containerFd = random.nextInt(3) == 0 ? container() : openContainer();
        calls.setContainer(groupFd, containerFd);
        calls.ioctl(containerFd, VfioRequest.VFIO_SET_IOMMU, 7);
        calls.memory(containerFd, true, 24, ua(0), World.SLOT_BYTES);
        if (random.nextInt(4) != 0) {
            calls.removeWindow(containerFd, 16, 0);
        }
        createWindow(containerFd);
        createWindow(containerFd);
        final StressVm vm = world.vms[random.nextInt(4) == 0 ? 0 : 1];
        calls.call(() -> vm.vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0));
        final int device = vm == world.vms[0] ? 0 : other(KvmVfioDevice.class);
        calls.onDevice(device, kvm -> kvm.groupAdd(groupFd));
        final int tableFd = createTable(vm);
        mapTable(vm, tableFd);
        link(device, groupFd, tableFd);
        LockSupport.parkNanos(PAUSE_NS);
        switch (random.nextInt(8)) {
            case 0, 1 -> calls.removeWindow(containerFd, 16, windowStart());
            case 2 -> calls.onDevice(device, kvm -> kvm.groupDel(groupFd));
            case 3 -> close(tableFd);
            case 4 -> closeGroup(groupFd);
            case 5 -> closeAtOnce(groupFd, containerFd, device);
            default -> {
                // Stays until another call takes it apart.
            }
        }
    }

    /** The container ends while vCPUs map. */
    private void closeAtOnce(final int groupFd, final int containerFd, final int device) {
        close(containerFd);
        close(groupFd);
        if (device >= world.firstOtherFd) {
            close(device);
        }
    }

    private static long ua(final int slot) {
        return Memslot.DEFAULT_UA_BASE + World.GPAS[slot];
    }

    private void memory(final int fd, final boolean register) {
        long ua = ua(random.nextInt(2));
        long bytes = World.SLOT_BYTES;
        switch (random.nextInt(8)) {
            case 0 -> {
                ua += random.nextInt(16) * World.PAGE;
                bytes = random.nextInt(17) * World.PAGE;
            }
            case 1 -> ua += random.nextInt(1 << 16);
            case 2 -> bytes = random.nextLong() >>> random.nextInt(64);
            default -> {
                // A whole memslot.
            }
        }
        calls.memory(fd, register, random.nextInt(16) == 0 ? random.nextInt(32) : 24, ua, bytes);
    }

    /** Takes the second slot's memory from all that have it: it goes if no vCPU maps it just now. */
    private void unregisterSecond() {
        for (int fd = 0; fd < World.FILE_LIMIT; fd++) {
            if (world.peek(fd) instanceof VfioContainer) {
                calls.memory(fd, false, 24, ua(1), World.SLOT_BYTES);
            }
        }
        LockSupport.parkNanos(PAUSE_NS);
        calls.memory(world.ownedContainers.get(random.nextInt(2)), true, 24, ua(1), World.SLOT_BYTES);
    }

    private void createWindow(final int fd) {
        final int shift = random.nextInt(8) == 0 ? random.nextInt(70) : random.nextBoolean() ? 12 : 16;
        final long bytes = random.nextInt(8) == 0 ? random.nextLong() >>> random.nextInt(64) : 1L << 24;
        // Large tables are refused for the limit of locked memory, not for want of it.
        calls.createWindow(
                fd, random.nextInt(16) == 0 ? random.nextInt(48) : 40, shift, bytes, 1 + random.nextInt(6) % 3);
    }

    private void removeWindow(final int fd) {
        final long start = isOwned(fd) ? 1L << 40 : windowStart();
        calls.removeWindow(fd, random.nextInt(16) == 0 ? random.nextInt(24) : 16, start);
    }

    private void mapDma() {
        final int fd = containerOrOwned();
        final int slot = random.nextInt(2);
        // The upper half of an owned window is no vCPU's.
        final long half = isOwned(fd) ? World.OWNED[slot].sizePages() / 2 << World.OWNED[slot].pageShift() : 0;
        final long iova = (slot == 0 ? 0 : World.SECOND_START) + half + random.nextInt(32) * World.PAGE;
        final long bytes = random.nextInt(5) * World.PAGE;
        if (random.nextInt(3) == 0) {
            calls.unmapDma(fd, iova, bytes);
        } else {
            final long ua = ua(random.nextInt(32) == 0 ? 1 : 0) + random.nextInt(17) * World.PAGE;
            calls.mapDma(fd, random.nextInt(random.nextInt(8) == 0 ? 8 : 4), ua, iova, bytes);
        }
    }

    private void link(final int device, final int groupFd, final int tableFd) {
        calls.onDevice(device, kvm -> {
            kvm.setSpaprTce(groupFd, tableFd);
            linked++;
        });
    }

    private int createTable(final StressVm vm) {
        final int shift = random.nextBoolean() ? 12 : 16;
        final WindowGeometry geometry = new WindowGeometry(
                random.nextInt(5),
                shift,
                windowStart() >>> shift,
                random.nextInt(8) == 0 ? 1 + random.nextInt(600) : 1 << (24 - shift));
        return calls.call(() -> vm.vm.createSpaprTce64(geometry));
    }

    private void mapTable(final StressVm vm, final int tableFd) {
        calls.run(() -> vm.map(tableFd));
    }

    private void closeWindow(final StressVm vm) {
        final UserspaceWindow[] windows = vm.windows.toArray(UserspaceWindow[]::new);
        final UserspaceWindow window = windows.length == 0 ? null : windows[random.nextInt(windows.length)];
        if (window != null && window.table().liobn() < World.OWNED[0].liobn()) {
            window.close();
            vm.windows.remove(window);
        }
    }

    private void externalUser() {
        final VfioGroup held = world.externalUsers.poll();
        if (held != null) {
            VfioExternalUser.putExternalUser(held);
        }
        if (random.nextInt(3) != 0) {
            return;
        }
        final int fd = group();
        calls.run(() -> {
            final OpenFile file = world.files.hold(fd);
            try {
                world.externalUsers.add(VfioExternalUser.getExternalUser(file));
            } finally {
                file.put();
            }
        });
    }
}
