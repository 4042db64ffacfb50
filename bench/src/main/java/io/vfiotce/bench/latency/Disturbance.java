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
    /** Creates a window, passes a group through to it by the whole protocol, takes the group back, and closes the window. */
    ATTACH {
        @Override
        Step prepare(final Guest guest) {
            final WindowGeometry geometry = geometry(Guest.LIOBN + 2);
            return () -> {
                final int fd = guest.vm.createSpaprTce64(geometry);
                try (UserspaceWindow window = guest.vm.mapTable(fd);
                        VfioAddressSpace space = guest.passThrough(Guest.GROUPS - 1)) {
                    space.addWindow(window, fd);
                }
                guest.vm.files().close(fd);
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
    interface Step {
        /**
         * Does it once.
         *
         * @throws IOException if a snapshot cannot be taken
         */
        void run() throws IOException;
    }

    /**
     * Prepares it.
     *
     * @param guest the guest
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
