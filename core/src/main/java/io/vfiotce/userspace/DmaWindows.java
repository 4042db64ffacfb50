package io.vfiotce.userspace;

import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.HostBridge;
import io.vfiotce.handoff.WindowOperations;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vm;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The DMA windows of a VMM: each a table in the kernel, mapped for the handler, with a window in every container of its host
 * bridge behind it. The VMM makes those that the machine starts with, the guest makes and removes others by RTAS.
 *
 * <p>A window is there with all that hangs on it or not at all: what cannot be made whole is taken back.
 *
 * @threads any but an online vCPU, if it does not say otherwise; operations run one after the other and may wait for vCPUs
 * @source QEMU 7.2 spapr_tce_table_enable(), spapr_tce_table_disable(), hw/vfio/common.c vfio_listener_region_add()
 */
public final class DmaWindows implements WindowOperations, AutoCloseable {
    private record Window(int fd, UserspaceWindow mapping, List<VfioAddressSpace> spaces) {
        TceTable table() {
            return mapping.table();
        }

        Window without(final VfioAddressSpace space) {
            return new Window(
                    fd, mapping, spaces.stream().filter(other -> other != space).toList());
        }
    }

    private final Vm vm;
    private final Consumer<LinuxException> refusals;
    private final Map<HostBridge, List<VfioAddressSpace>> bridges = new LinkedHashMap<>();

    // A vCPU that is online may look, and must not wait for an operation that waits for it.
    private final Map<Long, Window> windows = new ConcurrentHashMap<>();
    private boolean closed;

    /**
     * Begins without windows, and lets the VM's guest change those of its bridges.
     *
     * @param vm the VM
     * @param bridges its host bridges
     * @param refusals is told why an operation of the guest was refused
     */
    public DmaWindows(final Vm vm, final List<HostBridge> bridges, final Consumer<LinuxException> refusals) {
        this.vm = vm;
        this.refusals = refusals;
        bridges.forEach(bridge -> this.bridges.put(bridge, new ArrayList<>()));
        vm.windowOperations(this);
    }

    /**
     * Gives a bridge one container more. Windows that are made from now on get a window in it.
     *
     * @param bridge one of the bridges
     * @param space the container with its groups
     * @throws LinuxException EBUSY if the bridge has a window already, EINVAL for a bridge that is none of these, ENODEV after
     *     {@link #close()}
     */
    public synchronized void attach(final HostBridge bridge, final VfioAddressSpace space) {
        requireOpen();
        if (!bridges.containsKey(bridge)) {
            throw new LinuxException(Errno.EINVAL, "the machine has no " + bridge);
        }
        if (windows.keySet().stream().anyMatch(bridge::hasLiobn)) {
            throw new LinuxException(Errno.EBUSY, "the bridge has a window already: " + bridge);
        }
        bridges.get(bridge).add(space);
    }

    /**
     * Takes a container from a bridge, with what its windows have there. Do so before the container is closed: windows cannot
     * be made while a closed one is here.
     *
     * @param bridge one of the bridges
     * @param space the container with its groups; nothing happens if the bridge has not got it
     */
    public synchronized void detach(final HostBridge bridge, final VfioAddressSpace space) {
        if (bridges.containsKey(bridge) && bridges.get(bridge).remove(space)) {
            windows.replaceAll((liobn, window) -> {
                if (!bridge.hasLiobn(liobn) || !window.spaces().contains(space)) {
                    return window;
                }
                removeFrom(space, window);
                return window.without(space);
            });
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new LinuxException(Errno.ENODEV, "the machine's windows are closed");
        }
    }

    /**
     * Makes a window, empty, as the machine does when it starts.
     *
     * @param window a bridge's or any other
     * @throws LinuxException what the first refused step says, ENODEV after {@link #close()}; nothing is left behind
     */
    public synchronized void create(final WindowGeometry window) {
        open(window, spacesOf(window.liobn()));
    }

    /**
     * Makes a window that no container knows of, whatever its bridge has.
     *
     * @param window the window
     * @throws LinuxException as {@link #create(WindowGeometry)}
     */
    public synchronized void createEmulated(final WindowGeometry window) {
        open(window, List.of());
    }

    private List<VfioAddressSpace> spacesOf(final long liobn) {
        final HostBridge bridge = bridgeOf(liobn);
        return bridge == null ? List.of() : bridges.get(bridge);
    }

    private HostBridge bridgeOf(final long liobn) {
        for (final HostBridge bridge : bridges.keySet()) {
            if (bridge.hasLiobn(liobn)) {
                return bridge;
            }
        }
        return null;
    }

    private void open(final WindowGeometry geometry, final List<VfioAddressSpace> spaces) {
        requireOpen();
        final int fd = vm.createSpaprTce64(geometry);
        Window window = null;
        boolean ready = false;
        try {
            window = new Window(fd, vm.mapTable(fd), List.copyOf(spaces));
            for (final VfioAddressSpace space : spaces) {
                space.addWindow(window.mapping(), fd);
            }
            windows.put(geometry.liobn(), window);
            ready = true;
        } finally {
            if (!ready && window != null) {
                close(window);
            } else if (!ready) {
                vm.files().close(fd);
            }
        }
    }

    private void close(final Window window) {
        window.spaces().forEach(space -> removeFrom(space, window));
        window.mapping().close();
        vm.files().close(window.fd());
    }

    private void removeFrom(final VfioAddressSpace space, final Window window) {
        try {
            space.removeWindow(window.mapping());
        } catch (final RuntimeException e) {
            // The guest's window goes all the same; the container's goes with the container.
            refusals.accept(refusal(e));
        }
    }

    /** What an embedder's part of the host throws is a refusal too: no hypercall ends with an exception. */
    private static LinuxException refusal(final RuntimeException e) {
        if (e instanceof LinuxException said) {
            return said;
        }
        final LinuxException refusal = new LinuxException(Errno.EIO, e.toString());
        refusal.initCause(e);
        return refusal;
    }

    /**
     * Removes a window with its contents.
     *
     * @param liobn its LIOBN; nothing happens if there is none
     */
    public synchronized void remove(final long liobn) {
        final Window window = windows.remove(liobn);
        if (window != null) {
            close(window);
        }
    }

    /**
     * Empties a window.
     *
     * @param liobn its LIOBN; nothing happens if there is none
     * @throws LinuxException EBUSY, with nothing done, if a vCPU does not end its call in time
     */
    public synchronized void clear(final long liobn) {
        final Window window = windows.get(liobn);
        if (window != null) {
            vm.whileUserspaceOnly(List.of(window.table()), whole -> empty(window));
        }
    }

    private static void empty(final Window window) {
        synchronized (window.table().userspaceSide()) {
            window.table().fill(0, window.table().sizePages(), 0);
            window.table().userspaceSide().notifyCleared();
            window.spaces().forEach(space -> space.clearWindow(window.mapping()));
        }
    }

    /**
     * The guest view of a window.
     *
     * @param liobn its LIOBN
     * @return the table, null if there is no window
     * @threads any, an online vCPU too
     */
    public TceTable table(final long liobn) {
        final Window window = windows.get(liobn);
        return window == null ? null : window.table();
    }

    /** {@return the guest views of all windows by LIOBN} */
    public Map<Long, TceTable> tables() {
        final Map<Long, TceTable> tables = new TreeMap<>(Long::compareUnsigned);
        windows.forEach((liobn, window) -> tables.put(liobn, window.table()));
        return tables;
    }

    /**
     * Leaves a bridge its default window alone, empty, as a reset of the machine does.
     *
     * @param bridge one of the bridges
     * @throws LinuxException what the first refused step says. If the default window was there, nothing is done; else the
     *     bridge has no window then, and can be reset again. ENODEV after {@link #close()}
     */
    public synchronized void reset(final HostBridge bridge) {
        requireOpen();
        final Window first = windows.get(bridge.liobn());
        final WindowGeometry whole = defaultOf(bridge);
        if (first != null && first.table().geometry().equals(whole)) {
            clear(bridge.liobn());
            remove(bridge.secondLiobn());
        } else {
            // First what they hold goes: the default window may need it.
            remove(bridge.liobn());
            remove(bridge.secondLiobn());
            create(whole);
        }
    }

    private static WindowGeometry defaultOf(final HostBridge bridge) {
        final int pageShift = bridge.pageShift();
        return new WindowGeometry(
                bridge.liobn(), pageShift, bridge.startBytes() >>> pageShift, bridge.sizeBytes() >>> pageShift);
    }

    @Override
    public Outcome create(
            final long generation,
            final long liobn,
            final long startBytes,
            final long pageShift,
            final long sizePages) {
        return change(generation, liobn, bridge -> create(checked(bridge, liobn, startBytes, pageShift, sizePages)));
    }

    @Override
    public Outcome remove(final long generation, final long liobn) {
        return change(generation, liobn, bridge -> {
            if (!windows.containsKey(liobn)) {
                throw new LinuxException(Errno.EINVAL, "there is no window of LIOBN 0x" + Long.toHexString(liobn));
            }
            remove(liobn);
        });
    }

    @Override
    public Outcome reset(final long generation, final long liobn) {
        return change(generation, liobn, this::reset);
    }

    private synchronized Outcome change(final long generation, final long liobn, final Consumer<HostBridge> operation) {
        try {
            // A vCPU may have been on its way here when the windows were closed.
            requireOpen();
            final HostBridge bridge = bridgeOf(liobn);
            if (bridge == null || bridge.maxWindows() == 1) {
                throw new LinuxException(
                        Errno.EINVAL, "LIOBN 0x" + Long.toHexString(liobn) + " is no window that a guest may change");
            }
            if (generationOf(bridge) != generation) {
                return Outcome.STALE;
            }
            operation.accept(bridge);
            return Outcome.DONE;
        } catch (final RuntimeException e) {
            refusals.accept(refusal(e));
            return Outcome.REFUSED;
        } catch (final OutOfMemoryError e) {
            refusals.accept(new LinuxException(Errno.ENOMEM, "no memory to change windows"));
            return Outcome.REFUSED;
        }
    }

    /** As the handler computes it, from the windows that the handler sees. */
    private long generationOf(final HostBridge bridge) {
        return BridgeLookup.generation(generationOf(bridge.liobn()), generationOf(bridge.secondLiobn()));
    }

    private long generationOf(final long liobn) {
        final TceTable table = vm.windows().find(liobn);
        return table == null ? 0 : table.generation();
    }

    private WindowGeometry checked(
            final HostBridge bridge,
            final long liobn,
            final long startBytes,
            final long pageShift,
            final long sizePages) {
        final boolean isOffered =
                pageShift >= 0 && pageShift < Long.SIZE && (bridge.pageSizeMask() >>> pageShift & 1) != 0;
        final WindowGeometry window = new WindowGeometry(liobn, (int) pageShift, startBytes >>> pageShift, sizePages);
        if (!isOffered || !window.isValid() || window.startBytes() != startBytes) {
            throw new LinuxException(
                    Errno.EINVAL,
                    "the bridge offers no window at 0x" + Long.toHexString(startBytes) + " of 0x"
                            + Long.toHexString(sizePages) + " pages of shift " + pageShift);
        }
        for (final TceTable other : tables().values()) {
            if (bridge.hasLiobn(other.liobn()) && window.overlaps(other.geometry())) {
                throw new LinuxException(Errno.EINVAL, window + " overlaps " + other.geometry());
            }
        }
        return window;
    }

    /** Removes all windows; nobody can make more. A second time does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        vm.windowOperations(WindowOperations.NONE);
        windows.values().forEach(this::close);
        windows.clear();
    }
}
