package io.vfiotce.snapshot;

import static io.vfiotce.snapshot.SnapshotVms.WINDOWS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.Seeds;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounds: while vCPUs write, when nothing or little has changed, and what they say about it. */
class SnapshotRoundsTest {
    private static final int ROUNDS = 25;
    private static final long CALLS_PER_ROUND = 300;
    private static final long LIST_GPA = 0x10_0000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource({"12, 12", "16, 16", "16, 12", "12, 16"})
    void shouldRestoreTheIdenticalStateWhenTwoVcpusWroteDuringTheRounds(
            final int hostPageShift, final int otherHostPageShift) throws Exception {
        final long seed = Seeds.seed("SnapshotRoundsTest");
        try (TestVm source = SnapshotVms.threaded(hostPageShift, WINDOWS);
                TestVm target = SnapshotVms.vm(otherHostPageShift, WINDOWS)) {
            // What the target held before is gone afterwards.
            WINDOWS.forEach(window -> SnapshotVms.table(target, window).fill(77, 700, 0x5003));
            saveWhileTwoVcpusWrite(source, seed);
            SnapshotVms.restore(out.toByteArray(), target.vm());
            final SnapshotVms.State state = SnapshotVms.state(source.vm());
            state.windows().values().forEach(entries -> assertTrue(entries.size() > 100, () -> entries.size() + ""));
            assertEquals(state, SnapshotVms.state(target.vm()));
        }
    }

    private void saveWhileTwoVcpusWrite(final TestVm vm, final long seed) throws IOException, InterruptedException {
        final AtomicBoolean stop = new AtomicBoolean();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final List<AtomicLong> calls = List.of(new AtomicLong(), new AtomicLong());
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            final Guest guest = new Guest(vm, vm.vcpu(), new Random(seed + i), LIST_GPA + (i << 12), calls.get(i));
            threads.add(new Thread(() -> guest.run(stop), "guest " + i));
            threads.get(i).setUncaughtExceptionHandler((thread, e) -> failure.set(e));
            threads.get(i).start();
        }
        long later = 0;
        try (SnapshotWriter writer = new SnapshotWriter(vm.vm(), out)) {
            for (int round = 0; round < ROUNDS; round++) {
                awaitCalls(calls, threads);
                later += writer.round();
            }
            stop.set(true);
            for (final Thread thread : threads) {
                thread.join();
            }
            writer.finish();
        }
        assertNull(failure.get());
        assertTrue(later > ROUNDS, "rounds have found nothing to write");
    }

    /** Waits until each vCPU has made so many more calls. */
    private static void awaitCalls(final List<AtomicLong> calls, final List<Thread> threads) {
        for (int i = 0; i < threads.size(); i++) {
            final long target = calls.get(i).get() + CALLS_PER_ROUND;
            while (calls.get(i).get() < target && threads.get(i).isAlive()) {
                Thread.yield();
            }
        }
    }

    /** Maps and unmaps at random, through all layers. */
    private record Guest(TestVm vm, Vcpu vcpu, Random random, long listGpa, AtomicLong calls) {
        void run(final AtomicBoolean stop) {
            vcpu.online();
            while (!stop.get()) {
                call();
                calls.incrementAndGet();
            }
            vcpu.offline();
        }

        private void call() {
            final WindowGeometry window = WINDOWS.get(random.nextInt(WINDOWS.size()));
            // Near the start, near the end, or far from both.
            final long span = Math.min(window.sizePages(), 2000);
            final long middle = random.nextInt(8) * (window.sizePages() / 8);
            final long entry = random.nextInt(4) == 0
                    ? window.sizePages() - 1 - random.nextInt(100)
                    : Math.min(middle + random.nextInt((int) span), window.sizePages() - 1);
            final long ioba = (window.offsetPages() + entry) << window.pageShift();
            final long tce = random.nextInt(SnapshotVms.RAM_BYTES >>> 12) * 0x1000L & -(1L << window.pageShift()) | 3;
            final int count = (int) Math.min(1 + random.nextInt(40), window.sizePages() - entry);
            switch (random.nextInt(8)) {
                case 0 -> vcpu.hcall(Hcall.H_STUFF_TCE, window.liobn(), ioba, 0, count);
                case 1 -> indirect(window, ioba, tce, count);
                // A value without permissions, which is kept as it is.
                case 2 -> vcpu.hcall(Hcall.H_PUT_TCE, window.liobn(), ioba, tce & ~3, 0);
                default -> vcpu.hcall(Hcall.H_PUT_TCE, window.liobn(), ioba, tce, 0);
            }
        }

        private void indirect(final WindowGeometry window, final long ioba, final long tce, final int count) {
            for (int i = 0; i < count; i++) {
                vm.memory().putBigEndianOpaque(listGpa + i * 8L, random.nextInt(5) == 0 ? 0 : tce);
            }
            vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, window.liobn(), ioba, listGpa, count);
        }
    }

    @Test
    void shouldWriteOnlyWhatHasChangedWhenARoundFollowsAnother() throws IOException {
        try (TestVm vm = SnapshotVms.vm(16, WINDOWS);
                SnapshotWriter writer = new SnapshotWriter(vm.vm(), out)) {
            final TceTable first = SnapshotVms.table(vm, WINDOWS.get(0));
            final TceTable huge = SnapshotVms.table(vm, WINDOWS.get(3));
            first.fill(1000, 600, 0x2003);
            huge.fill(huge.sizePages() - 1, 1, 0x3003);
            // Pages 1 to 3, and the last of the huge window.
            assertEquals(4, writer.round());
            final int firstBytes = out.size();
            assertEquals(0, writer.round());
            final int roundBytes = out.size() - firstBytes;
            first.fill(1500, 1, 0x4003);
            first.fill(1503, 1, 0);
            assertEquals(1, writer.round());
            // One block with the four words from the first to the last that is new.
            assertEquals(firstBytes + 2 * roundBytes + 8 + 8 + 16 + 4 * 8 + 4, out.size());
            first.fill(1000, 600, 0);
            assertEquals(3, writer.round());
            assertEquals(0, writer.finish());
            try (TableSnapshot snapshot = SnapshotVms.read(out.toByteArray())) {
                assertEquals(SnapshotVms.state(vm.vm()), SnapshotVms.state(snapshot));
                assertEquals(5, snapshot.rounds());
            }
        }
    }

    @Test
    void shouldWriteManyBlocksWhenAWindowIsFull() {
        try (TestVm vm = SnapshotVms.vm(12, WINDOWS)) {
            final TceTable table = SnapshotVms.table(vm, WINDOWS.get(1));
            for (long entry = 0; entry < table.sizePages(); entry++) {
                table.fill(entry, 1, entry << 16 | 3);
            }
            final byte[] bytes = SnapshotVms.save(vm.vm());
            assertTrue(bytes.length > table.sizePages() * 8, () -> bytes.length + " bytes");
            try (TableSnapshot snapshot = SnapshotVms.read(bytes)) {
                assertEquals(SnapshotVms.state(vm.vm()), SnapshotVms.state(snapshot));
            }
        }
    }

    @Test
    void shouldSaveTheBypassFlagOfTheLastRoundWhenItChanges() throws IOException {
        try (TestVm vm = SnapshotVms.vm(16, WINDOWS);
                TestVm target = SnapshotVms.vm(16, WINDOWS);
                SnapshotWriter writer = new SnapshotWriter(vm.vm(), out)) {
            SnapshotVms.table(vm, WINDOWS.get(0))
                    .userspaceSide()
                    .setBypass(true, vm.vm().process().changes());
            SnapshotVms.table(vm, WINDOWS.get(1))
                    .userspaceSide()
                    .setBypass(true, vm.vm().process().changes());
            writer.round();
            SnapshotVms.table(vm, WINDOWS.get(0))
                    .userspaceSide()
                    .setBypass(false, vm.vm().process().changes());
            SnapshotVms.table(vm, WINDOWS.get(2))
                    .userspaceSide()
                    .setBypass(true, vm.vm().process().changes());
            writer.finish();
            SnapshotVms.table(target, WINDOWS.get(0))
                    .userspaceSide()
                    .setBypass(true, target.vm().process().changes());
            SnapshotVms.restore(out.toByteArray(), target.vm());
            assertEquals(SnapshotVms.state(vm.vm()), SnapshotVms.state(target.vm()));
        }
    }

    @Test
    void shouldRefuseMoreWhenItHasEndedOrFailed() throws IOException {
        final AtomicBoolean full = new AtomicBoolean();
        final OutputStream disk = new OutputStream() {
            @Override
            public void write(final int b) throws IOException {
                if (full.get()) {
                    throw new IOException("no space");
                }
            }
        };
        try (TestVm vm = SnapshotVms.vm(16, WINDOWS)) {
            final long bytes = vm.vm().offHeapBytes();
            try (SnapshotWriter writer = new SnapshotWriter(vm.vm(), disk)) {
                writer.round();
                full.set(true);
                assertThrows(IOException.class, writer::round);
                full.set(false);
                assertEquals(
                        "the snapshot has failed",
                        assertThrows(IllegalStateException.class, writer::finish)
                                .getMessage());
            }
            final SnapshotWriter writer = new SnapshotWriter(vm.vm(), disk);
            writer.finish();
            assertEquals(
                    "the snapshot has ended",
                    assertThrows(IllegalStateException.class, writer::round).getMessage());
            writer.close();
            writer.close();
            assertEquals(bytes, vm.vm().offHeapBytes());
        }
    }

    @Test
    void shouldKeepTheVmOpenWhenItIsClosedBeforeTheSnapshot() throws IOException {
        try (TestVm vm = SnapshotVms.vm(16, List.of())) {
            try (SnapshotWriter writer = new SnapshotWriter(vm.vm(), out)) {
                writer.round();
                final String message = assertThrows(IllegalStateException.class, vm.vm()::close)
                        .getMessage();
                assertTrue(message.contains("snapshot"), message);
                writer.finish();
            }
        }
    }
}
