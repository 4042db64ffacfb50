package io.vfiotce.bench.contention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.dma.DmaContext;
import io.vfiotce.dma.DmaStatus;
import io.vfiotce.papr.HStatus;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.Layer;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows measure what their names say. */
class ContentionMachineTest {
    private static final int PAIRS = ContentionMachine.PAIRS;

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldEndEveryCallInRealModeWhenBothThreadsMap(final int groups) throws InterruptedException {
        try (ContentionMachine machine = new ContentionMachine(groups)) {
            final long[] before = {ended(machine, 0), ended(machine, 1)};
            final AtomicLong failures = new AtomicLong();
            final Thread[] threads = new Thread[ContentionMachine.THREADS];
            for (int t = 0; t < threads.length; t++) {
                final int thread = t;
                threads[t] = new Thread(() -> failures.addAndGet(failedPuts(machine, thread)));
                threads[t].start();
            }
            for (final Thread thread : threads) {
                thread.join();
            }
            assertEquals(0, failures.get());
            assertEquals(2L * PAIRS, ended(machine, 0) - before[0]);
            assertEquals(2L * PAIRS, ended(machine, 1) - before[1]);
        }
    }

    private static long failedPuts(final ContentionMachine machine, final int thread) {
        final long[] iobas = ContentionMachine.randomIobas(thread);
        final long[] tces = ContentionMachine.randomTces(thread);
        final long[] tcesOfHalf = ContentionMachine.randomTcesOfHalf(thread);
        long failures = 0;
        for (int i = 0; i < PAIRS; i++) {
            final long own = machine.vcpu(thread).hPutTce(ContentionMachine.liobn(thread), iobas[i], tces[i]);
            final long shared = machine.vcpu(thread).hPutTce(ContentionMachine.liobn(0), iobas[i], tcesOfHalf[i]);
            failures += own == HStatus.H_SUCCESS && shared == HStatus.H_SUCCESS ? 0 : 1;
        }
        machine.vcpu(thread).offline();
        return failures;
    }

    private static long ended(final ContentionMachine machine, final int thread) {
        return machine.vcpu(thread).counters().ended(Layer.REAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldHaveTablesOfTheGroupsWhenAWindowIsMapped(final int groups) {
        try (ContentionMachine machine = new ContentionMachine(groups)) {
            for (int window = 0; window < ContentionMachine.THREADS; window++) {
                final TceTable table = machine.table(window);
                assertEquals(ContentionMachine.WINDOW_PAGES, mappedPages(table));
                final Object[] attached = table.attached().liveAcquire();
                assertEquals(groups, attached == null ? 0 : attached.length);
            }
            assertTrue(
                    machine.table(0).leafAddressAcquire(0) != machine.table(1).leafAddressAcquire(0));
        }
    }

    private static int mappedPages(final TceTable table) {
        int pages = 0;
        for (long entry = table.nextNonZero(0); entry >= 0; entry = table.nextNonZero(entry + 1)) {
            pages++;
        }
        return pages;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldReadTheMappedPageWhenADeviceLoadsBesideAPut(final int groups) {
        try (ContentionMachine machine = new ContentionMachine(groups)) {
            final DmaContext device = machine.device(0);
            for (final long tce : ContentionMachine.randomTces(0)) {
                machine.vcpu(0).hPutTce(ContentionMachine.liobn(0), 0, tce);
                assertEquals(DmaStatus.OK, device.load64(0));
                // Every page of the guest's memory begins with its own address.
                assertEquals(tce & -4096, Long.reverseBytes(device.value()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldStayInItsHalfWhenPagesAreOfTheThreadsOwnHalf(final int thread) {
        final long half = ContentionMachine.RAM_BYTES / 2;
        for (final long tce : ContentionMachine.randomTcesOfHalf(thread)) {
            assertEquals(thread, tce / half);
        }
    }
}
