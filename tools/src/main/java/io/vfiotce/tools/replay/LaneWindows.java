package io.vfiotce.tools.replay;

import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.Map;
import java.util.TreeMap;

/**
 * The windows of the LIOBNs of one lane: each a table in the kernel, mapped for the handler, with the bridge's containers
 * behind it.
 *
 * @threads the lane's, while its vCPU is offline
 */
final class LaneWindows {
    private record Open(int fd, UserspaceWindow mapping, TceTable table) {}

    private final Vm vm;
    private final PassThrough passThrough;
    private final Map<Long, Open> open = new TreeMap<>(Long::compareUnsigned);

    LaneWindows(final Vm vm, final PassThrough passThrough) {
        this.vm = vm;
        this.passThrough = passThrough;
    }

    /** Creates a window, empty. One that is left of an earlier round with the same geometry is zeroed, as a reset does. */
    void create(final WindowGeometry geometry) {
        final Open old = open.get(geometry.liobn());
        if (old != null && old.table().geometry().equals(geometry)) {
            old.table().fill(0, old.table().sizePages(), 0);
            passThrough.clearWindow(old.mapping());
            return;
        }
        remove(geometry.liobn());
        final int fd = vm.createSpaprTce64(geometry);
        final TceTable table = ((TceTableFile) vm.files().file(fd)).table();
        final Open window = new Open(fd, vm.mapTable(fd), table);
        open.put(geometry.liobn(), window);
        passThrough.addWindow(window.mapping(), fd);
    }

    void remove(final long liobn) {
        final Open window = open.remove(liobn);
        if (window != null) {
            passThrough.removeWindow(window.mapping());
            window.mapping().close();
            vm.files().close(window.fd());
        }
    }

    /** The table of a window, or null. */
    TceTable table(final long liobn) {
        final Open window = open.get(liobn);
        return window == null ? null : window.table();
    }

    /** Adds all tables by LIOBN. */
    void addTo(final Map<Long, TceTable> tables) {
        open.forEach((liobn, window) -> tables.put(liobn, window.table()));
    }

    void close() {
        for (final Long liobn : open.keySet().toArray(Long[]::new)) {
            remove(liobn);
        }
    }
}
