package io.vfiotce.lifecycle;

import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Tce;
import io.vfiotce.support.FakeHostMemory;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.telemetry.Layer;
import java.util.SplittableRandom;

/**
 * A vCPU at full speed: any call in windows that come and go, and, if it has a share of the owned windows, calls there whose
 * effect on the hardware it checks.
 */
final class GuestThread implements Runnable {
    private static final int BATCH = 64;
    private static final int LIST_WORDS = 512;
    private static final int RUN = 12;
    private static final int FLASH = 200;

    long calls;
    long unmaps;
    long mapped;
    long slow;

    private final World world;
    private final StressVm vm;
    private final Vcpu vcpu;
    private final SplittableRandom random;
    private final long listGpa;
    private final int share;
    private final IommuTable[][] tables = {{}, {}};
    // What each owned entry holds, by window, table and entry.
    private final long[][][] words = new long[2][2][];

    GuestThread(final World world, final int vm, final int number, final long seed, final boolean owns) {
        this.world = world;
        this.vm = world.vms[vm];
        vcpu = this.vm.vcpu();
        random = new SplittableRandom(seed);
        listGpa = (1L + number) << 12;
        share = owns ? number : -1;
        for (int window = 0; owns && window < tables.length; window++) {
            tables[window] = world.hardware(window);
            for (int table = 0; table < tables[window].length; table++) {
                words[window][table] = new long[(int) tables[window][table].sizePages()];
            }
        }
    }

    @Override
    public void run() {
        try {
            while (!world.vcpusStop && world.failure.get() == null) {
                world.gate.enter(vcpu);
                try {
                    for (int i = 0; i < BATCH; i++) {
                        step();
                    }
                } finally {
                    world.gate.leave();
                }
            }
            vcpu.offline();
            slow = vcpu.counters().ended(Layer.USERSPACE);
        } catch (final RuntimeException | Error e) {
            world.failure.compareAndSet(null, e);
            vcpu.offline();
        }
    }

    private void step() {
        if (share >= 0 && world.owned && random.nextInt(8) != 0) {
            if (random.nextInt(4) == 0) {
                flash();
            } else {
                ownedCall(random.nextInt(World.OWNED.length));
            }
        } else if (random.nextInt(4096) == 0) {
            vcpu.offline();
        } else {
            anyCall();
        }
        calls++;
    }

    private long hcall(final long opcode, final long liobn, final long ioba, final long r6, final long r7) {
        final long status = vcpu.hcall(opcode, liobn, ioba, r6, r7);
        if (!HStatus.isGuestVisible(status)) {
            throw new AssertionError("status " + status + " of opcode 0x" + Long.toHexString(opcode));
        }
        return status;
    }

    private long tce(final long pageBytes) {
        final long pages = World.SLOT_BYTES / pageBytes;
        return World.GPAS[0] + random.nextInt((int) pages) * pageBytes | 1 + random.nextInt(3);
    }

    private void list(final int index, final long tce) {
        vm.ram.putBigEndianOpaque(listGpa + (long) index * Tce.BYTES, tce);
    }

    /** The geometry of a window that is there, linked to hardware if one is; null to try one that may not be. */
    private WindowGeometry window() {
        final Object[] windows = vm.windows.toArray();
        WindowGeometry found = null;
        for (int i = 0; i < windows.length && random.nextInt(64) != 0; i++) {
            final TceTable table = ((UserspaceWindow) windows[i]).table();
            final boolean isOwned = table.liobn() >= World.OWNED[0].liobn();
            if (!(isOwned && world.owned) && (found == null || table.attached().liveAcquire() != null)) {
                found = table.geometry();
            }
        }
        return found;
    }

    /** A call that may hit or miss, mostly in the last linked window and with a long list. */
    private void anyCall() {
        final WindowGeometry window = window();
        final long opcode = random.nextBoolean()
                ? Hcall.H_PUT_TCE_INDIRECT
                : StressVm.OPCODES[random.nextInt(StressVm.OPCODES.length)];
        final int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 8 : LIST_WORDS);
        final int pageShift = window == null ? 12 : window.pageShift();
        final long room = window == null || random.nextInt(64) == 0 ? 1 << 12 : window.sizePages() - count + 1;
        final long start = window == null ? World.SECOND_START * random.nextInt(2) : window.startBytes();
        final long ioba = start + (random.nextLong(Math.max(1, room)) << pageShift);
        long r6 = random.nextInt(3) == 0 ? 0 : random.nextInt(256) == 0 ? 0x7000_0000_0003L : tce(World.PAGE);
        if (opcode == Hcall.H_PUT_TCE_INDIRECT) {
            for (int i = 0; i < 8; i++) {
                list(random.nextInt(LIST_WORDS), random.nextInt(3) == 0 ? 0 : tce(World.PAGE));
            }
            r6 = listGpa;
        } else if (opcode == Hcall.H_STUFF_TCE) {
            r6 &= ~Tce.PERMISSIONS;
        }
        hcall(opcode, window == null ? random.nextInt(5) : window.liobn(), ioba, r6, count);
    }

    /** Maps the second slot's memory with a long list and unmaps it at once, so that it can be unregistered in between. */
    private void flash() {
        final WindowGeometry geometry = World.OWNED[0];
        final int first = share * (int) geometry.sizePages() / 4;
        final long ioba = geometry.startBytes() + ((long) first << geometry.pageShift());
        final long[] tces = new long[FLASH];
        for (int i = 0; i < FLASH; i++) {
            tces[i] = World.GPAS[1] + ((long) i << geometry.pageShift()) + Tce.PERMISSIONS;
            list(i, tces[i]);
        }
        final long mapping = hcall(Hcall.H_PUT_TCE_INDIRECT, geometry.liobn(), ioba, listGpa, FLASH);
        ended(0, first, FLASH, true, mapping, tces);
        ended(0, first, FLASH, false, hcall(Hcall.H_STUFF_TCE, geometry.liobn(), ioba, 0, FLASH), 0);
    }

    private void ownedCall(final int window) {
        final WindowGeometry geometry = World.OWNED[window];
        // Two vCPUs have a quarter each; the rest is for ioctls.
        final int quarter = (int) geometry.sizePages() / 4;
        final int first = share * quarter + random.nextInt(quarter - RUN);
        final int count = 1 + random.nextInt(RUN);
        final long ioba = geometry.startBytes() + ((long) first << geometry.pageShift());
        final boolean map = random.nextInt(5) < 2;
        switch (random.nextInt(map ? 2 : 3)) {
            case 0 -> {
                final long tce = map ? tce(1L << geometry.pageShift()) : 0;
                list(0, tce);
                ended(window, first, 1, map, hcall(Hcall.H_PUT_TCE, geometry.liobn(), ioba, tce, 0), tce);
            }
            case 1 -> {
                final long[] tces = new long[count];
                for (int i = 0; i < count; i++) {
                    tces[i] = map ? tce(1L << geometry.pageShift()) : 0;
                    list(i, tces[i]);
                }
                final long status = hcall(Hcall.H_PUT_TCE_INDIRECT, geometry.liobn(), ioba, listGpa, count);
                ended(window, first, count, map, status, tces);
            }
            default ->
                ended(window, first, count, false, hcall(Hcall.H_STUFF_TCE, geometry.liobn(), ioba, 0, count), 0);
        }
    }

    private void ended(
            final int window,
            final int first,
            final int count,
            final boolean map,
            final long status,
            final long... tces) {
        if (!map && status != HStatus.H_SUCCESS) {
            throw new AssertionError("an unmap of an owned entry ended with " + status);
        }
        unmaps += map ? 0 : 1;
        for (int table = 0; table < tables[window].length; table++) {
            final int fanOutShift = World.OWNED[window].pageShift() - tables[window][table].pageShift();
            for (int i = 0; i < count; i++) {
                for (int page = 0; page < 1 << fanOutShift; page++) {
                    final int entry = (first + i << fanOutShift) + page;
                    final long tce = tces[Math.min(i, tces.length - 1)];
                    check(window, table, entry, map ? hardwareWord(tce, (long) page << 12) : 0, map);
                }
            }
        }
    }

    private static long hardwareWord(final long tce, final long offsetBytes) {
        final long readToo = (tce & Tce.WRITE) >>> 1;
        return Memslot.DEFAULT_UA_BASE + FakeHostMemory.OFFSET + tce + offsetBytes | readToo;
    }

    /** An unmapped entry is empty; one that was to be mapped is, or has kept what it had. */
    private void check(final int window, final int table, final int entry, final long word, final boolean mayKeep) {
        final long found = tables[window][table].hardwareTceAcquire(entry);
        final long[] before = words[window][table];
        if (found != word && !(mayKeep && found == before[entry])) {
            throw new AssertionError("LIOBN " + World.OWNED[window].liobn() + " table " + table + " entry " + entry
                    + " is 0x" + Long.toHexString(found) + ", not 0x" + Long.toHexString(word) + "; it was 0x"
                    + Long.toHexString(before[entry]));
        }
        before[entry] = found;
        mapped += found == word && word != 0 ? 1 : 0;
    }
}
