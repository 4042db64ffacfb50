package io.vfiotce.hcall;

import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.RegionSet;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.tce.WindowGeometry;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The simplest description of hypercalls on windows with hardware tables: maps of entries, one word at a time, checks in the
 * order of the reference. It knows virtual mode and userspace; real mode differs from the former only in how it refuses.
 *
 * <p>An entry of the hardware is kept per page of the window, as the guest physical page with permissions: all its tables
 * and all hardware pages of one must say the same.
 */
final class HardwareShadow {
    private static final int PERMISSIONS = 3;

    /** One window. */
    static final class Window {
        final WindowGeometry geometry;
        final boolean hasHardware;
        final Map<Long, Long> guest = new TreeMap<>();
        final Map<Long, Long> hardware = new TreeMap<>();

        Window(final WindowGeometry geometry, final boolean hasHardware) {
            this.geometry = geometry;
            this.hasHardware = hasHardware;
        }
    }

    final Map<Long, Window> windows = new HashMap<>();

    /** How often an entry that userspace stored could not be mapped in one container. */
    long failures;

    /** What a GET read last. */
    long loaded;

    private final boolean kernel;
    private Memslots memslots = Memslots.EMPTY;
    private RegionSet regions;

    HardwareShadow(final boolean kernel) {
        this.kernel = kernel;
    }

    void memory(final Memslots slots, final RegionSet registered) {
        memslots = slots;
        regions = registered;
    }

    long call(final TceCall call, final int words) {
        final long status = kernel ? inKernel(call, words) : HStatus.H_TOO_HARD;
        return status == HStatus.H_TOO_HARD ? inUserspace(call, words) : status;
    }

    private long inKernel(final TceCall call, final int words) {
        final Window window = windows.get(call.liobn());
        if (window == null) {
            return HStatus.H_TOO_HARD;
        }
        final boolean list = call.opcode() == Hcall.H_PUT_TCE_INDIRECT;
        if (list && (Long.compareUnsigned(call.r7(), 512) > 0 || (call.r6() & 0xFFF) != 0)) {
            return HStatus.H_PARAMETER;
        }
        final boolean single = call.opcode() == Hcall.H_PUT_TCE || call.opcode() == Hcall.H_GET_TCE;
        final long count = single ? 1 : call.r7();
        final long entry = entry(window, call.ioba());
        if ((call.ioba() & pageBytes(window) - 1) != 0
                || Long.compareUnsigned(entry, window.geometry.sizePages()) > 0
                || Long.compareUnsigned(count, window.geometry.sizePages() - entry) > 0) {
            return HStatus.H_PARAMETER;
        }
        if (call.opcode() == Hcall.H_GET_TCE) {
            loaded = window.guest.getOrDefault(entry, 0L);
            return HStatus.H_SUCCESS;
        }
        if (list) {
            return listInKernel(window, entry, call, words);
        }
        if (single ? !isStorable(window, call.r6()) : (call.r6() & PERMISSIONS) != 0) {
            return single ? HStatus.H_TOO_HARD : HStatus.H_PARAMETER;
        }
        for (long i = 0; i < count; i++) {
            store(window, entry + i, call.r6());
        }
        return HStatus.H_SUCCESS;
    }

    private long listInKernel(final Window window, final long entry, final TceCall call, final int words) {
        if (!memslots.isBacked(call.r6())) {
            return HStatus.H_TOO_HARD;
        }
        for (int i = 0; i < words; i++) {
            if (!isStorable(window, call.listTce(i))) {
                return HStatus.H_TOO_HARD;
            }
        }
        for (int i = 0; i < words; i++) {
            final long tce = call.listTce(i);
            if ((tce & PERMISSIONS) == 0 && !memslots.isBacked(tce)) {
                return HStatus.H_PARAMETER;
            }
            store(window, entry + i, tce);
        }
        return HStatus.H_SUCCESS;
    }

    private boolean isStorable(final Window window, final long tce) {
        return (tce & PERMISSIONS) == 0
                || (tce & pageBytes(window) - 1 & -4) == 0
                        && memslots.isBacked(tce)
                        && (!window.hasHardware || isRegistered(tce & -pageBytes(window), pageBytes(window)));
    }

    /** Whether every unit of a page is in a memslot and in a region. */
    private boolean isRegistered(final long gpa, final long bytes) {
        for (long at = gpa; at != gpa + bytes; at += 0x1000) {
            if (!memslots.isBacked(at) || regions.find(PassThroughVm.UA + at) == null) {
                return false;
            }
        }
        return true;
    }

    private void store(final Window window, final long entry, final long tce) {
        set(window.guest, entry, tce);
        if (window.hasHardware) {
            set(window.hardware, entry, hardwareWord(window, tce));
        }
    }

    private static long hardwareWord(final Window window, final long tce) {
        final long bits = tce & PERMISSIONS;
        // A page that can be written can be read.
        return bits == 0 ? 0 : (tce & -pageBytes(window)) + (bits == 1 ? 1 : 3);
    }

    private long inUserspace(final TceCall call, final int words) {
        final boolean list = call.opcode() == Hcall.H_PUT_TCE_INDIRECT;
        final boolean stuff = call.opcode() == Hcall.H_STUFF_TCE;
        final Window window = call.liobn() >>> 32 == 0 ? windows.get(call.liobn()) : null;
        if (window == null
                || list && (Long.compareUnsigned(call.r7(), 512) > 0 || (call.r6() & 0xFFF) != 0)
                || stuff && Long.compareUnsigned(call.r7(), window.geometry.sizePages()) > 0) {
            loaded = 0;
            return HStatus.H_PARAMETER;
        }
        final long first = entry(window, call.ioba());
        if (call.opcode() == Hcall.H_GET_TCE) {
            final boolean inside = Long.compareUnsigned(first, window.geometry.sizePages()) < 0;
            loaded = inside ? window.guest.getOrDefault(first, 0L) : 0;
            return inside ? HStatus.H_SUCCESS : HStatus.H_PARAMETER;
        }
        final long count = list ? words : stuff ? call.r7() : 1;
        // Of no entries none can succeed.
        long status = HStatus.H_PARAMETER;
        for (long i = 0; i < count; i++) {
            if (Long.compareUnsigned(first + i, window.geometry.sizePages()) >= 0) {
                return HStatus.H_PARAMETER;
            }
            emulate(window, first + i, list ? call.listTce((int) i) : call.r6());
            status = HStatus.H_SUCCESS;
        }
        return status;
    }

    private void emulate(final Window window, final long entry, final long tce) {
        set(window.guest, entry, tce);
        if (window.hasHardware) {
            if ((tce & PERMISSIONS) == 0 || isRegistered(tce & -pageBytes(window), pageBytes(window))) {
                set(window.hardware, entry, hardwareWord(window, tce));
            } else {
                failures++;
            }
        }
    }

    private static void set(final Map<Long, Long> map, final long entry, final long value) {
        if (value == 0) {
            map.remove(entry);
        } else {
            map.put(entry, value);
        }
    }

    private static long pageBytes(final Window window) {
        return 1L << window.geometry.pageShift();
    }

    private static long entry(final Window window, final long ioba) {
        return (ioba >>> window.geometry.pageShift()) - window.geometry.offsetPages();
    }
}
