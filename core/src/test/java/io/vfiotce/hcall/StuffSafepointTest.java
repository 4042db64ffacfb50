package io.vfiotce.hcall;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A long H_STUFF_TCE lets the JVM stop its thread on the way: a stack trace is taken while entries are still to come. */
class StuffSafepointTest {
    private static final long PAGES = 1 << 22;
    private static final int ATTEMPTS = 400;

    @Test
    void shouldReachASafepointWhenAFillIsUnderWay() throws InterruptedException {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            final TceTable table = vm.window(TestVm.LIOBN, 12, 0, PAGES);
            assertTrue(table.makeResident(0, PAGES));
            final Vcpu vcpu = vm.vcpu();
            final AtomicBoolean stop = new AtomicBoolean();
            final AtomicLong call = new AtomicLong();
            final Thread thread = new Thread(() -> {
                while (!stop.get()) {
                    final long number = call.incrementAndGet();
                    vcpu.realModeOnly(Hcall.H_STUFF_TCE, TestVm.LIOBN, 0, number << 2, PAGES);
                }
            });
            thread.start();
            // Some calls first: the compiled code is what matters.
            while (call.get() < 20) {
                Thread.onSpinWait();
            }
            int caught = 0;
            for (int i = 0; i < ATTEMPTS && caught < 5; i++) {
                caught += isCaughtMidway(thread, call, table) ? 1 : 0;
            }
            stop.set(true);
            thread.join();
            System.out.println("StuffSafepointTest: caught " + caught + " times in " + call + " calls");
            assertTrue(caught > 0, "no stack trace was taken before the last entry was written");
        }
    }

    private static boolean isCaughtMidway(final Thread thread, final AtomicLong call, final TceTable table) {
        final long before = call.get();
        final StackTraceElement[] trace = thread.getStackTrace();
        final long last = table.tceAcquire(PAGES - 1);
        // The thread is still in the call that was under way before the trace, and its last entry was not written.
        if (call.get() != before || last == before << 2) {
            return false;
        }
        for (final StackTraceElement frame : trace) {
            if (frame.getMethodName().equals("fillResidentRelease")) {
                return true;
            }
        }
        return false;
    }
}
