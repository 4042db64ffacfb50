package io.vfiotce.dma;

import java.util.ArrayList;
import java.util.List;

/** Writes down what it is told. */
final class EventDiary implements DmaNotifier {
    private final List<String> lines = new ArrayList<>();
    private int throwing;

    @Override
    public void mapped(final long ioba, final long sizeBytes, final long gpa, final int permission) {
        add("map " + Long.toHexString(ioba) + "+" + Long.toHexString(sizeBytes) + "=" + Long.toHexString(gpa) + "/"
                + permission);
    }

    @Override
    public void unmapped(final long ioba, final long sizeBytes) {
        add("unmap " + Long.toHexString(ioba) + "+" + Long.toHexString(sizeBytes));
    }

    private void add(final String line) {
        if (throwing > 0) {
            throwing--;
            throw new IllegalStateException("planted");
        }
        lines.add(line);
    }

    void throwAt(final int events) {
        throwing = events;
    }

    /** {@return what it was told since the last time} */
    List<String> read() {
        final List<String> read = List.copyOf(lines);
        lines.clear();
        return read;
    }
}
