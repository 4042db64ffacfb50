package io.vfiotce.hcall;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest that changes a list while it is being checked gets nothing unchecked into a window (T-08). */
class ListRaceTest {
    private static final long RUN_MS = Long.getLong("vfiotce.stress.ms", 1_500);
    private static final long LIST = 0x1000;
    private static final long[] LEGAL = {0x2001, 0x3003, 0x4002};
    // Reserved bits with a permission, not guest memory, both.
    private static final long[] ILLEGAL = {0x2803, 0x5000_0003L, 0x5000_0801L};

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldInstallOnlyCheckedWordsWhenTheGuestChangesTheList(final boolean real) throws InterruptedException {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            vm.withMemory(0, GuestMemory.sparse(1 << 20));
            final TceTable table = vm.window(TestVm.LIOBN, 12, 0, 512);
            table.makeResident(0, 512);
            final AtomicBoolean stop = new AtomicBoolean();
            final Thread guest = new Thread(() -> changeList(vm.memory(), stop));
            guest.start();
            final Vcpu vcpu = vm.vcpu();
            final long end = System.nanoTime() + RUN_MS * 1_000_000;
            long stored = 0;
            long refused = 0;
            while (System.nanoTime() < end) {
                // Few words make a list that is legal by chance frequent, many make a late change frequent.
                final int count = 1 + (int) ((stored + refused) % 5);
                final long status = real
                        ? vcpu.realModeOnly(Hcall.H_PUT_TCE_INDIRECT, TestVm.LIOBN, 0, LIST, count)
                        : vcpu.virtualModeOnly(Hcall.H_PUT_TCE_INDIRECT, TestVm.LIOBN, 0, LIST, count);
                if (status == 0) {
                    stored++;
                } else {
                    refused++;
                }
                for (int entry = 0; entry < 5; entry++) {
                    final long tce = table.tceAcquire(entry);
                    assertTrue(tce == 0 || isLegal(tce), () -> "installed 0x" + Long.toHexString(tce));
                }
            }
            stop.set(true);
            guest.join();
            System.out.println("ListRaceTest: " + stored + " lists stored, " + refused + " refused");
            assertTrue(stored > 0 && refused > 0, "one of the two never happened");
        }
    }

    private static boolean isLegal(final long tce) {
        for (final long legal : LEGAL) {
            if (tce == legal) {
                return true;
            }
        }
        return false;
    }

    private static void changeList(final GuestMemory memory, final AtomicBoolean stop) {
        for (int n = 0; !stop.get(); n++) {
            for (int i = 0; i < 5; i++) {
                memory.putBigEndianOpaque(LIST + i * 8L, (n + i) % 3 == 0 ? ILLEGAL[n % 3] : LEGAL[n % 3]);
            }
        }
    }
}
