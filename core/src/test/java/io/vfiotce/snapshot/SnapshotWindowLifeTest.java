package io.vfiotce.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vm;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.Quiescence;
import io.vfiotce.memory.WordPage;
import io.vfiotce.support.Seeds;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.WindowGeometry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows that come and go between rounds and during them, and what waits for a snapshot. */
class SnapshotWindowLifeTest {
    private static final long TIMEOUT_NS = 1_000_000;
    private static final WindowGeometry FULL = new WindowGeometry(5, 12, 0, 512 * 40);
    private static final WindowGeometry OTHER = new WindowGeometry(6, 16, 0, 100);
    private static final long STRESS_PAGES = 100_000;
    private static final long TUNE = 0x7E57_7E57_7E57_7E57L;
    private static final long SONG = 0x5A5A_0123_5A5A_4567L;

    /** Does something once, when so many blocks have been written. */
    private static final class Hook extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int block;
        private final Runnable action;
        private int blocks;

        Hook(final int block, final Runnable action) {
            this.block = block;
            this.action = action;
        }

        @Override
        public void write(final int b) {
            throw new AssertionError("blocks are written whole");
        }

        @Override
        public void write(final byte[] b, final int from, final int length) {
            bytes.write(b, from, length);
            if (blocks++ == block) {
                action.run();
            }
        }
    }

    private record Open(int fd, UserspaceWindow window) {
        static Open of(final Vm vm, final WindowGeometry geometry, final long tce) {
            final int fd = vm.createSpaprTce64(geometry);
            ((TceTableFile) vm.files().file(fd)).table().fill(0, geometry.sizePages(), tce);
            return new Open(fd, vm.mapTable(fd));
        }

        void close(final Vm vm) {
            window.close();
            vm.files().close(fd);
        }
    }

    /** In the last round; its LIOBN may have another window at once, which the round does not know yet. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLeaveAWindowOutWhenItIsClosedDuringTheRound(final boolean isReplaced) throws IOException {
        try (TestVm test = SnapshotVms.vm(12, List.of(OTHER))) {
            final Vm vm = test.vm();
            SnapshotVms.table(test, OTHER).fill(3, 1, 0x10003);
            final SnapshotVms.State state = SnapshotVms.state(vm);
            final long bytes = vm.offHeapBytes();
            final Open open = Open.of(vm, FULL, 0x2003);
            final AtomicReference<Open> replacement = new AtomicReference<>();
            // The header, the window, the first block of its pages.
            final Hook hook = new Hook(2, () -> {
                open.close(vm);
                if (isReplaced) {
                    replacement.set(Open.of(vm, FULL, 0));
                }
            });
            try (SnapshotWriter writer = new SnapshotWriter(vm, hook)) {
                // 15 pages of the block, the one that it had no room for, and the other window's.
                assertEquals(17, writer.finish());
            }
            assertEquals(bytes, vm.offHeapBytes());
            try (TableSnapshot snapshot = SnapshotVms.read(hook.bytes.toByteArray())) {
                assertEquals(state, SnapshotVms.state(snapshot));
            }
            if (isReplaced) {
                replacement.get().close(vm);
            }
        }
    }

    @Test
    void shouldSaveTheWindowsOfTheEndWhenTheyComeAndGoBetweenRounds() throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TestVm test = SnapshotVms.vm(12, List.of())) {
            final Vm vm = test.vm();
            try (SnapshotWriter writer = new SnapshotWriter(vm, out)) {
                assertEquals(0, writer.round());
                final Open first = Open.of(vm, FULL, 0x2003);
                assertEquals(40, writer.round());
                final Open second = Open.of(vm, OTHER, 0x10003);
                first.close(vm);
                assertEquals(1, writer.round());
                // The same LIOBN and the same entries, but another window.
                final Open third = Open.of(vm, FULL, 0x2003);
                assertEquals(40, writer.round());
                third.close(vm);
                final WindowGeometry moved = new WindowGeometry(5, 24, 7, 3);
                final Open fourth = Open.of(vm, moved, 0x1000003);
                assertEquals(1, writer.finish());
                try (TableSnapshot snapshot = SnapshotVms.read(out.toByteArray())) {
                    assertEquals(moved, snapshot.windows().get(0).geometry());
                    assertEquals(SnapshotVms.state(vm), SnapshotVms.state(snapshot));
                }
                second.close(vm);
                fourth.close(vm);
            }
        }
    }

    @Test
    void shouldHoldNobodyUpWhenTheStreamIsSlow() throws IOException {
        try (TestVm test = SnapshotVms.vm(12, List.of(FULL))) {
            SnapshotVms.table(test, FULL).fill(0, FULL.sizePages(), 3);
            final AtomicReference<String> late = new AtomicReference<>("nothing was written");
            final Hook hook = new Hook(2, () -> late.set(test.vm().awaitGracePeriod(TIMEOUT_NS)));
            try (SnapshotWriter writer = new SnapshotWriter(test.vm(), hook)) {
                writer.round();
                assertNull(late.get());
                assertNull(test.vm().awaitGracePeriod(TIMEOUT_NS));
            }
        }
    }

    /** Whoever frees memory finds the snapshot late now and then: while it copies a page. */
    @Test
    void shouldBeWaitedForWhenAPageIsCopied() throws Exception {
        try (TestVm test = SnapshotVms.vm(12, List.of(FULL))) {
            SnapshotVms.table(test, FULL).fill(0, FULL.sizePages(), 3);
            final Quiescence readers = test.vm().process().quiescence();
            final AtomicBoolean stop = new AtomicBoolean();
            final AtomicBoolean seen = new AtomicBoolean();
            final Thread prober = new Thread(() -> {
                while (!stop.get() && !seen.get()) {
                    seen.set("snapshot".equals(readers.laggard(readers.advance())));
                }
            });
            prober.start();
            try (SnapshotWriter writer = new SnapshotWriter(test.vm(), OutputStream.nullOutputStream())) {
                for (int round = 0; round < 100_000 && !seen.get(); round++) {
                    writer.round();
                }
            } finally {
                stop.set(true);
                prober.join();
            }
            assertTrue(seen.get());
        }
    }

    /** Freed pages are allocated again at once and filled with a song: no snapshot must hear it. */
    @Test
    void shouldReadNoFreedPageWhenWindowsComeAndGoDuringTheRounds() throws Exception {
        final Random random = new Random(Seeds.seed("SnapshotWindowLifeTest"));
        final AtomicBoolean stop = new AtomicBoolean();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        try (TestVm test = SnapshotVms.vm(12, List.of(OTHER))) {
            final Vm vm = test.vm();
            final long bytes = vm.offHeapBytes();
            final Thread owner = new Thread(() -> {
                while (!stop.get()) {
                    final Open open = Open.of(vm, FULL, TUNE);
                    for (int i = random.nextInt(3000); i > 0; i--) {
                        Thread.onSpinWait();
                    }
                    open.close(vm);
                    sing();
                }
            });
            owner.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
            owner.start();
            long pages = 0;
            try (SnapshotWriter writer = new SnapshotWriter(vm, new Listener())) {
                while (pages < STRESS_PAGES && owner.isAlive()) {
                    pages += writer.round();
                }
                stop.set(true);
                owner.join();
                writer.finish();
            } finally {
                stop.set(true);
                owner.join();
            }
            assertNull(failure.get());
            assertNull(vm.awaitGracePeriod(TIMEOUT_NS));
            assertEquals(bytes, vm.offHeapBytes());
        }
    }

    private static void sing() {
        final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
        final WordPage[] pages = new WordPage[64];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = offHeap.allocate(4096);
            pages[i].fillRelease(0, 512, SONG);
        }
        for (final WordPage page : pages) {
            offHeap.free(page);
        }
    }

    /** Every entry of a window is the tune. */
    private static final class Listener extends OutputStream {
        @Override
        public void write(final int b) throws IOException {
            throw new IOException("blocks are written whole");
        }

        @Override
        public void write(final byte[] b, final int from, final int length) {
            final ByteBuffer block = ByteBuffer.wrap(b, from, length).slice();
            if (block.getInt() != SnapshotDescriptor.PAGES_TAG) {
                return;
            }
            block.position(16).limit(length - 4);
            while (block.hasRemaining()) {
                block.getLong();
                block.getInt();
                for (int words = block.getInt(); words > 0; words--) {
                    final long word = block.getLong();
                    if (word != TUNE) {
                        throw new AssertionError("heard 0x" + Long.toHexString(word));
                    }
                }
            }
        }
    }

    @Test
    void shouldRefuseToRestoreWhenTheWindowsChangeMeanwhile() throws IOException {
        try (TestVm test = SnapshotVms.vm(12, List.of(OTHER))) {
            final Vm vm = test.vm();
            final byte[] bytes = SnapshotVms.save(vm);
            // While it waits for the readers, the VM gets another window.
            final AtomicReference<Open> open = new AtomicReference<>();
            vm.process().reclaimer().defer(() -> open.set(Open.of(vm, FULL, 3)));
            final SnapshotException e = assertThrows(SnapshotException.class, () -> SnapshotVms.restore(bytes, vm));
            assertEquals("the snapshot has no window " + FULL, e.getMessage());
            open.get().close(vm);
        }
    }
}
