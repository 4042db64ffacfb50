package io.vfiotce.snapshot;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Saves a snapshot or restores one and prints the state; run by another JDK too. */
public final class SnapshotProbe {
    private static final int STRETCHES = 200;
    private static final int MAX_STRETCH = 700;
    private static final int HOST_PAGE_SHIFT = 16;

    private SnapshotProbe() {}

    /**
     * Runs.
     *
     * @param arguments {@code save} or {@code restore}, and the file
     * @throws IOException if the file cannot be used
     */
    public static void main(final String[] arguments) throws IOException {
        System.out.println(arguments[0].equals("save") ? save(Path.of(arguments[1])) : restore(Path.of(arguments[1])));
    }

    /** Saves a VM that is the same each time; {@return its state in words} */
    static String save(final Path file) throws IOException {
        final Random random = new Random(4711);
        try (TestVm vm = SnapshotVms.vm(HOST_PAGE_SHIFT, SnapshotVms.WINDOWS)) {
            for (int i = 0; i < STRETCHES; i++) {
                final WindowGeometry window = SnapshotVms.WINDOWS.get(i % SnapshotVms.WINDOWS.size());
                final TceTable table = SnapshotVms.table(vm, window);
                final long count = 1 + random.nextInt(MAX_STRETCH);
                final long first = (long) (random.nextDouble() * (window.sizePages() - count));
                table.fill(first, count, random.nextLong() | 1);
            }
            SnapshotVms.table(vm, SnapshotVms.WINDOWS.get(1))
                    .userspaceSide()
                    .setBypass(true, vm.vm().process().changes());
            SnapshotFile.save(vm.vm(), file);
            return words(vm);
        }
    }

    /** Restores a VM; {@return its state in words} */
    static String restore(final Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                TestVm vm = SnapshotVms.vm(HOST_PAGE_SHIFT, SnapshotVms.WINDOWS);
                TableSnapshot snapshot = TableSnapshot.read(in, new OffHeap(SnapshotVms.LIMIT_BYTES), true)) {
            snapshot.restoreTo(vm.vm());
            return words(vm);
        }
    }

    private static String words(final TestVm vm) {
        final SnapshotVms.State state = SnapshotVms.state(vm.vm());
        final long entries = state.windows().values().stream()
                .mapToLong(entry -> entry.size())
                .sum();
        return entries + " entries, hash " + state.hashCode() + " "
                + state.toString().hashCode();
    }
}
