package io.vfiotce.bench.latency;

import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.snapshot.SnapshotWriter;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.VfioAddressSpace;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/** What the other thread does to a guest while its calls are timed. */
enum Disturbance {
    /** Creates a table, brings its pages in, and closes it. */
    CREATE {
        @Override
        Step prepare(final Guest guest) {
            final WindowGeometry geometry = geometry(Guest.LIOBN + 1);
            return () -> {
                final int fd = guest.vm.createSpaprTce64(geometry);
                ((TceTableFile) guest.vm.files().file(fd)).table().makeResident(0, Guest.WINDOW_PAGES);
                guest.vm.files().close(fd);
            };
        }
    },
    /** Passes a group through to another window of the guest, by the whole protocol, and takes it back. */
    ATTACH {
        @Override
        Step prepare(final Guest guest) {
            final int fd = guest.vm.createSpaprTce64(geometry(Guest.LIOBN + 2));
            final UserspaceWindow window = guest.vm.mapTable(fd);
            return new Step() {
                @Override
                public void run() {
                    try (VfioAddressSpace space = guest.passThrough(Guest.GROUPS - 1)) {
                        space.addWindow(window, fd);
                    }
                }

                @Override
                public void close() {
                    window.close();
                    guest.vm.files().close(fd);
                }
            };
        }
    },
    /** Takes a snapshot of all windows. */
    SNAPSHOT {
        @Override
        Step prepare(final Guest guest) {
            return () -> {
                try (SnapshotWriter writer = new SnapshotWriter(guest.vm, OutputStream.nullOutputStream())) {
                    writer.round();
                    writer.finish();
                }
            };
        }
    },
    /** Forces a full collection. */
    GC {
        @Override
        Step prepare(final Guest guest) {
            return System::gc;
        }
    };

    /** One kind of disturbance, ready to be done again and again. */
    @FunctionalInterface
    interface Step extends AutoCloseable {
        /**
         * Does it once.
         *
         * @throws IOException if a snapshot cannot be taken
         */
        void run() throws IOException;

        @Override
        default void close() {
            // Most steps keep nothing.
        }
    }

    /**
     * Prepares it.
     *
     * @param guest the guest, whose vCPU is offline
     * @return what is done each time
     */
    abstract Step prepare(Guest guest);

    /** {@return the name in options and results} */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static WindowGeometry geometry(final long liobn) {
        return new WindowGeometry(liobn, Guest.PAGE_SHIFT, 0, Guest.WINDOW_PAGES);
    }
}
