package io.vfiotce.hcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.hcall.RandomCalls.Call;
import io.vfiotce.hcall.RandomCalls.Kind;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.Seeds;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Three equal VMs, entered in real mode, virtual mode and userspace, agree unless {@link LayerDependent} says otherwise. */
class LayerDependentTest {
    private static final int CALLS = Integer.getInteger("vfiotce.layer.calls", 250_000);
    private static final int LAYERS = 3;
    private static final int RENEW_EVERY = 5_000;
    // Kinds whose differences are between kernel and userspace; a misaligned TCE differs inside the kernel.
    private static final Set<Kind> DIFFERING = EnumSet.of(
            Kind.MISALIGNED_TCE,
            Kind.WIDE_LIOBN,
            Kind.UNALIGNED_IOBA,
            Kind.NO_PAGES,
            Kind.CROSSES_END,
            Kind.STUFF_WITH_PERMISSION,
            Kind.POISON_NOT_MEMORY);

    private final TestVm[] vms = new TestVm[LAYERS];
    private final Vcpu[] vcpus = new Vcpu[LAYERS];
    private final TceTable[][] tables = new TceTable[LAYERS][];
    private final long[] statuses = new long[LAYERS];
    private final Map<Kind, Integer> differed = new EnumMap<>(Kind.class);
    private final Map<Kind, Integer> equal = new EnumMap<>(Kind.class);
    private Memslots memslots = Memslots.EMPTY;
    private int differedInKernel;
    private int predictedEqual;

    private void createVms() {
        for (int layer = 0; layer < LAYERS; layer++) {
            vms[layer] = TestVm.inline(new VmConfig()
                    .process(new ProcessConfig().hostPageShift(12))
                    .realMode(layer == 0));
            vms[layer].setEnabled(layer != 2);
            vms[layer].withMemory(RandomCalls.HIGH, GuestMemory.sparse(RandomCalls.RAM_BYTES));
            vms[layer].withMemory(0, GuestMemory.sparse(RandomCalls.RAM_BYTES));
            vcpus[layer] = vms[layer].vcpu();
        }
        memslots = memslots.with(Memslot.of(0, vms[0].memory())).with(Memslot.of(RandomCalls.HIGH, vms[0].memory()));
        renewWindows();
    }

    /** New windows: nothing is resident any more, so real mode meets absent pages. */
    private void renewWindows() {
        for (int layer = 0; layer < LAYERS; layer++) {
            vms[layer].closeWindows();
            tables[layer] = new TceTable[RandomCalls.LIOBNS.length];
            for (int i = 0; i < RandomCalls.LIOBNS.length; i++) {
                tables[layer][i] = vms[layer].window(
                        RandomCalls.LIOBNS[i], RandomCalls.SHIFTS[i], RandomCalls.OFFSETS[i], RandomCalls.SIZES[i]);
            }
        }
    }

    @Test
    void shouldGiveOneOutcomeInAllLayersWhenTheCallIsNotLayerDependent() {
        final RandomCalls calls = new RandomCalls(Seeds.seed("LayerDependentTest"));
        createVms();
        for (int n = 0; n < CALLS; n++) {
            if (n % RENEW_EVERY == 0) {
                renewWindows();
            }
            check(n, calls.next());
        }
        for (final TestVm vm : vms) {
            vm.close();
        }
        System.out.println("LayerDependentTest: equal " + equal + ", differed " + differed);
        for (final Kind kind : DIFFERING) {
            assertTrue(differed.getOrDefault(kind, 0) > 0, () -> "no call differed of kind " + kind);
        }
        assertTrue(differedInKernel > 0, "real and virtual mode never differed");
        assertTrue(equal.get(Kind.WELL_FORMED) > CALLS / 5, "too few well-formed calls");
        assertTrue(predictedEqual > CALLS / 3, () -> "only " + predictedEqual + " calls were compared");
        assertEquals(0, differed.getOrDefault(Kind.WELL_FORMED, 0));
    }

    private void check(final int n, final Call call) {
        for (int layer = 0; layer < LAYERS; layer++) {
            // A list may lie anywhere; what is not guest memory stays unread.
            if (call.opcode == Hcall.H_PUT_TCE_INDIRECT && listIsWritable(call.r6)) {
                for (int i = 0; i < call.words; i++) {
                    vms[layer].memory().putBigEndianOpaque(call.r6 + i * 8L, call.list[i]);
                }
            }
            statuses[layer] = vcpus[layer].hcall(call.opcode, call.liobn, call.ioba, call.r6, call.r7);
            assertTrue(HStatus.isGuestVisible(statuses[layer]), () -> "illegal status of " + call);
        }
        readBackList(call);
        final WindowGeometry window = window(call.liobn);
        final boolean inKernel = LayerDependent.realAgainstVirtual(call, window, memslots);
        final boolean withUserspace = LayerDependent.kernelAgainstUserspace(call, window, memslots);
        final boolean realDiffers = differs(0, 1, call);
        final boolean userspaceDiffers = differs(1, 2, call) || differs(0, 2, call);
        assertTrue(inKernel || !realDiffers, () -> "real and virtual mode differ at call " + n + ": " + outcome(call));
        assertTrue(withUserspace || !userspaceDiffers, () -> "userspace differs at call " + n + ": " + outcome(call));
        differedInKernel += realDiffers ? 1 : 0;
        predictedEqual += inKernel || withUserspace ? 0 : 1;
        if (realDiffers || userspaceDiffers) {
            differed.merge(call.kind, 1, Integer::sum);
            resynchronise();
        } else {
            equal.merge(call.kind, 1, Integer::sum);
        }
    }

    private static boolean listIsWritable(final long gpa) {
        return Long.compareUnsigned(gpa, RandomCalls.RAM_BYTES - 4096) <= 0 && (gpa & 7) == 0;
    }

    /** What the guest has at a list address that the generator chose at random is zeros. */
    private void readBackList(final Call call) {
        if (call.opcode == Hcall.H_PUT_TCE_INDIRECT && !listIsWritable(call.r6)) {
            Arrays.fill(call.list, 0);
        }
    }

    private static WindowGeometry window(final long liobn) {
        for (int i = 0; i < RandomCalls.LIOBNS.length; i++) {
            if (RandomCalls.LIOBNS[i] == liobn) {
                return new WindowGeometry(liobn, RandomCalls.SHIFTS[i], RandomCalls.OFFSETS[i], RandomCalls.SIZES[i]);
            }
        }
        return null;
    }

    private boolean differs(final int one, final int other, final Call call) {
        if (statuses[one] != statuses[other]) {
            return true;
        }
        if (call.opcode == Hcall.H_GET_TCE && statuses[one] == 0 && vcpus[one].r4() != vcpus[other].r4()) {
            return true;
        }
        for (int i = 0; i < RandomCalls.LIOBNS.length; i++) {
            for (int entry = 0; entry < RandomCalls.SIZES[i]; entry++) {
                if (tables[one][i].tceAcquire(entry) != tables[other][i].tceAcquire(entry)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Makes the tables of all VMs equal to the first one's. */
    private void resynchronise() {
        for (int i = 0; i < RandomCalls.LIOBNS.length; i++) {
            for (int entry = 0; entry < RandomCalls.SIZES[i]; entry++) {
                for (int layer = 1; layer < LAYERS; layer++) {
                    tables[layer][i].fill(entry, 1, tables[0][i].tceAcquire(entry));
                }
            }
        }
    }

    private String outcome(final Call call) {
        return call + " ended with " + statuses[0] + ", " + statuses[1] + ", " + statuses[2];
    }

    @Test
    void shouldNotDependOnTheLayerWhenNoWindowHasTheLiobn() {
        final Call call = new Call();
        call.opcode = Hcall.H_STUFF_TCE;
        assertEquals(false, LayerDependent.kernelAgainstUserspace(call, null, Memslots.EMPTY));
        assertEquals(false, LayerDependent.realAgainstVirtual(call, null, Memslots.EMPTY));
    }
}
