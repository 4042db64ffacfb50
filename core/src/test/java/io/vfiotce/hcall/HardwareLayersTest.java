package io.vfiotce.hcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.hcall.RandomCalls.Call;
import io.vfiotce.hcall.RandomCalls.Kind;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.Seeds;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.PinnedMappings;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three equal VMs with devices, entered in real mode, virtual mode and userspace, agree in everything unless {@link
 * LayerDependent} says otherwise; two of them are as a naive model says, and in none does the hardware reach what is not
 * registered. The memory behind one memslot comes and goes as a region meanwhile.
 */
class HardwareLayersTest {
    private static final int CALLS = Integer.getInteger("vfiotce.layer.hardware.calls", 2_400);
    private static final int RENEW_EVERY = 600;
    private static final int REGISTER_EVERY = 100;
    // The container's windows are at 0 and at 2^59; the third window has no hardware behind it.
    private static final long[] OFFSETS = {0, 1L << 43, 5};
    private static final long HIGH_PAGES = RandomCalls.RAM_BYTES >>> 12;

    private final PassThroughVm[] vms = new PassThroughVm[Entry.values().length];
    private final TceTable[][] guests = new TceTable[vms.length][OFFSETS.length];
    private final long[] statuses = new long[vms.length];
    private final HardwareShadow[] shadows = {null, new HardwareShadow(true), new HardwareShadow(false)};
    private final PinnedRegion[] high = new PinnedRegion[vms.length];
    private int groups;
    private int differed;
    private int predictedEqual;
    private int wellFormed;
    private int busy;
    private int unregistered;

    private void open(final int backingShift) {
        for (final Entry entry : Entry.values()) {
            final PassThroughVm vm = new PassThroughVm(groups, entry, 12);
            vm.hostMemory().pageShift = backingShift;
            vm.memory(0, RandomCalls.RAM_BYTES).passThrough(backingShift);
            vm.memory(RandomCalls.HIGH, RandomCalls.RAM_BYTES);
            vms[entry.ordinal()] = vm;
        }
    }

    private void renewWindows(final boolean resident) {
        for (int v = 0; v < vms.length; v++) {
            vms[v].closeWindows();
            for (int i = 0; i < OFFSETS.length; i++) {
                guests[v][i] = makeWindow(vms[v], i);
            }
            if (resident) {
                vms[v].makeResident(guests[v][0]);
                guests[v][1].makeResident(0, RandomCalls.SIZES[1]);
            }
            if (shadows[v] != null) {
                renew(shadows[v]);
            }
        }
    }

    private static TceTable makeWindow(final PassThroughVm vm, final int i) {
        final long liobn = RandomCalls.LIOBNS[i];
        return i < 2
                ? vm.window(liobn, RandomCalls.SHIFTS[i], OFFSETS[i], RandomCalls.SIZES[i])
                : vm.bareWindow(liobn, RandomCalls.SHIFTS[i], OFFSETS[i], RandomCalls.SIZES[i])
                        .table();
    }

    private void renew(final HardwareShadow shadow) {
        shadow.windows.clear();
        for (int i = 0; i < OFFSETS.length; i++) {
            shadow.windows.put(RandomCalls.LIOBNS[i], new HardwareShadow.Window(geometry(i), groups > 0 && i < 2));
        }
    }

    private static WindowGeometry geometry(final int i) {
        return new WindowGeometry(RandomCalls.LIOBNS[i], RandomCalls.SHIFTS[i], OFFSETS[i], RandomCalls.SIZES[i]);
    }

    @ParameterizedTest(name = "{0} groups, hardware pages of at most 2^{1} bytes")
    @CsvSource({"0, 12", "1, 16", "1, 12", "2, 16", "2, 12"})
    void shouldGiveOneOutcomeInAllLayersWhenHardwareIsAttached(final int groupCount, final int backingShift) {
        groups = groupCount;
        final RandomCalls calls = new RandomCalls(Seeds.seed("HardwareLayersTest"), OFFSETS);
        open(backingShift);
        for (int n = 0; n < CALLS; n++) {
            if (n % RENEW_EVERY == 0) {
                renewWindows(n % (2 * RENEW_EVERY) != 0);
            }
            if (n % REGISTER_EVERY == 0) {
                if (n % (4 * REGISTER_EVERY) == REGISTER_EVERY) {
                    reset();
                    resynchronise();
                }
                toggleRegion();
            }
            check(n, calls.next());
        }
        reset();
        if (high[0] != null) {
            toggleRegion();
        }
        for (final PassThroughVm vm : vms) {
            vm.close();
        }
        System.out.println("HardwareLayersTest: " + predictedEqual + " compared, " + differed + " differed, " + busy
                + " busy, " + unregistered + " unregistered, " + shadows[2].failures + " not mapped");
        assertTrue(differed > 0, "no call differed");
        assertTrue(predictedEqual > CALLS / 3, () -> "only " + predictedEqual + " calls were compared");
        assertTrue(wellFormed > CALLS / 5, "too few well-formed calls");
        assertTrue(groups == 0 || shadows[1].failures > 0 && busy > 0, "unregistered memory was never named");
        assertTrue(unregistered > 0, "the region never went");
    }

    /** Registers the memory of the upper memslot, or unregisters it if nothing is mapped there. */
    private void toggleRegion() {
        final List<Integer> results = new ArrayList<>();
        for (int v = 0; v < vms.length; v++) {
            vms[v].offline();
            final PinnedMemory pinned = vms[v].vm().process().pinnedMemory();
            if (high[v] == null) {
                high[v] = pinned.register(PassThroughVm.UA + RandomCalls.HIGH, HIGH_PAGES);
            } else {
                results.add(unregister(pinned, v));
            }
            if (shadows[v] != null) {
                shadows[v].memory(vms[v].vm().memslots(), pinned.regionsAcquire());
            }
        }
        assertEquals(results.isEmpty() ? 0 : 1, results.stream().distinct().count(), results::toString);
    }

    private int unregister(final PinnedMemory pinned, final int v) {
        try {
            pinned.put(high[v]);
            high[v] = null;
            unregistered++;
            return 0;
        } catch (final LinuxException e) {
            assertTrue(pinned.counts().sum(high[v].index()) > 0);
            busy++;
            return e.errno().number();
        }
    }

    private void check(final int n, final Call call) {
        final boolean writable = listIsWritable(call.r6);
        for (int v = 0; v < vms.length; v++) {
            if (call.opcode == Hcall.H_PUT_TCE_INDIRECT && writable) {
                vms[v].test().putList(call.r6, Arrays.copyOf(call.list, call.words));
            }
            statuses[v] = vms[v].vcpu().hcall(call.opcode, call.liobn, call.ioba, call.r6, call.r7);
            assertTrue(HStatus.isGuestVisible(statuses[v]), () -> "illegal status of " + call);
            vms[v].audit();
        }
        if (call.opcode == Hcall.H_PUT_TCE_INDIRECT && !writable) {
            // What the guest has there is zeros.
            Arrays.fill(call.list, 0);
        }
        compareWithShadow(n, call);
        final Memslots memslots = vms[0].vm().memslots();
        final WindowGeometry window = window(call.liobn);
        final boolean inKernel = LayerDependent.realAgainstVirtual(call, window, memslots);
        final boolean withUserspace = LayerDependent.kernelAgainstUserspace(call, window, memslots);
        final String realDiffers = difference(0, 1, call);
        final String userspaceDiffers = realDiffers == null ? difference(1, 2, call) : difference(0, 2, call);
        assertTrue(inKernel || realDiffers == null, () -> "real and virtual mode: " + realDiffers + " at " + n + call);
        assertTrue(
                withUserspace || inKernel || userspaceDiffers == null,
                () -> "userspace: " + userspaceDiffers + " at " + n + call);
        predictedEqual += inKernel || withUserspace ? 0 : 1;
        wellFormed += call.kind == Kind.WELL_FORMED ? 1 : 0;
        if (realDiffers != null || userspaceDiffers != null) {
            differed++;
            resynchronise();
        }
    }

    private static boolean listIsWritable(final long gpa) {
        return Long.compareUnsigned(gpa, RandomCalls.RAM_BYTES - 4096) <= 0 && (gpa & 7) == 0;
    }

    private static WindowGeometry window(final long liobn) {
        for (int i = 0; i < OFFSETS.length; i++) {
            if (RandomCalls.LIOBNS[i] == liobn) {
                return geometry(i);
            }
        }
        return null;
    }

    private void compareWithShadow(final int n, final Call call) {
        for (int v = 1; v < vms.length; v++) {
            final HardwareShadow shadow = shadows[v];
            final int vm = v;
            assertEquals(shadow.call(call, call.words), statuses[v], () -> "status in " + vm + " at " + n + call);
            if (call.opcode == Hcall.H_GET_TCE && statuses[v] == 0) {
                assertEquals(shadow.loaded, vms[v].vcpu().r4(), () -> "r4 in " + vm + " at " + n + call);
            }
            for (int i = 0; i < OFFSETS.length; i++) {
                compare(shadow.windows.get(RandomCalls.LIOBNS[i]), v, i, call);
            }
            for (int group = 0; group < groups; group++) {
                assertEquals(shadow.failures, vms[v].spaces().get(group).failedNotifications());
            }
        }
    }

    private void compare(final HardwareShadow.Window shadow, final int v, final int i, final Call call) {
        for (long entry = 0; entry < RandomCalls.SIZES[i]; entry++) {
            if (guests[v][i].tceAcquire(entry) != shadow.guest.getOrDefault(entry, 0L)) {
                throw new AssertionError("guest view of " + v + " window " + i + " entry " + entry + " after " + call);
            }
        }
        for (int group = 0; group < groups && i < 2; group++) {
            final IommuTable table = vms[v].hardware(group, i);
            final int fanOutShift = RandomCalls.SHIFTS[i] - table.pageShift();
            for (long entry = 0; entry < table.sizePages(); entry++) {
                final long page = shadow.hardware.getOrDefault(entry >>> fanOutShift, 0L);
                final long piece = (entry & (1L << fanOutShift) - 1) << table.pageShift();
                final long expected = page == 0 ? 0 : PassThroughVm.HPA + page + piece;
                if (table.hardwareTceAcquire(entry) != expected) {
                    throw new AssertionError(
                            "hardware of " + v + " window " + i + " entry " + entry + " after " + call);
                }
            }
        }
    }

    private String difference(final int one, final int other, final Call call) {
        if (statuses[one] != statuses[other]) {
            return "status " + statuses[one] + " and " + statuses[other];
        }
        if (call.opcode == Hcall.H_GET_TCE
                && statuses[one] == 0
                && vms[one].vcpu().r4() != vms[other].vcpu().r4()) {
            return "r4";
        }
        for (int i = 0; i < OFFSETS.length; i++) {
            for (int entry = 0; entry < RandomCalls.SIZES[i]; entry++) {
                if (guests[one][i].tceAcquire(entry) != guests[other][i].tceAcquire(entry)) {
                    return "guest view";
                }
            }
            for (int group = 0; group < groups && i < 2; group++) {
                if (differ(vms[one].hardware(group, i), vms[other].hardware(group, i))) {
                    return "hardware";
                }
            }
        }
        return groups > 0 && vms[one].mapped(0) != vms[other].mapped(0) ? "counts" : null;
    }

    private static boolean differ(final IommuTable one, final IommuTable other) {
        for (long entry = 0; entry < one.sizePages(); entry++) {
            if (one.hardwareTceAcquire(entry) != other.hardwareTceAcquire(entry)
                    || one.userAddressAcquire(entry) != other.userAddressAcquire(entry)) {
                return true;
            }
        }
        return false;
    }

    /** Makes the other VMs and the model equal to the first VM. */
    private void resynchronise() {
        for (int v = 1; v < vms.length; v++) {
            for (int i = 0; i < OFFSETS.length; i++) {
                for (long entry = 0; entry < RandomCalls.SIZES[i]; entry++) {
                    guests[v][i].fill(entry, 1, guests[0][i].tceAcquire(entry));
                }
                for (int group = 0; group < groups && i < 2; group++) {
                    copy(vms[0].hardware(group, i), vms[v].hardware(group, i), v);
                }
                copy(shadows[v].windows.get(RandomCalls.LIOBNS[i]), i);
            }
        }
    }

    private void copy(final IommuTable from, final IommuTable to, final int v) {
        final PinnedMemory pinned = vms[v].vm().process().pinnedMemory();
        for (long entry = 0; entry < from.sizePages(); entry++) {
            final long word = from.hardwareTceAcquire(entry);
            if (word == 0) {
                PinnedMappings.unmap(to, pinned, entry, 1);
            } else if (word != to.hardwareTceAcquire(entry)) {
                PinnedMappings.map(to, pinned, entry, from.userAddressAcquire(entry), word & 3);
            }
        }
    }

    private void copy(final HardwareShadow.Window shadow, final int i) {
        shadow.guest.clear();
        shadow.hardware.clear();
        for (long entry = 0; entry < RandomCalls.SIZES[i]; entry++) {
            if (guests[0][i].tceAcquire(entry) != 0) {
                shadow.guest.put(entry, guests[0][i].tceAcquire(entry));
            }
            if (shadow.hasHardware) {
                final IommuTable table = vms[0].hardware(0, i);
                final long word = table.hardwareTceAcquire(entry << RandomCalls.SHIFTS[i] - table.pageShift());
                if (word != 0) {
                    shadow.hardware.put(entry, word - PassThroughVm.HPA);
                }
            }
        }
    }

    /** Empties every view of all VMs. */
    private void reset() {
        for (int v = 0; v < vms.length; v++) {
            for (int i = 0; i < OFFSETS.length; i++) {
                guests[v][i].fill(0, RandomCalls.SIZES[i], 0);
                for (int group = 0; group < groups && i < 2; group++) {
                    final IommuTable table = vms[v].hardware(group, i);
                    PinnedMappings.unmap(table, vms[v].vm().process().pinnedMemory(), 0, table.sizePages());
                }
            }
        }
    }
}
