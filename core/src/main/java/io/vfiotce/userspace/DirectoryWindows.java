package io.vfiotce.userspace;

import io.vfiotce.handoff.WindowLookup;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;

/**
 * The windows of a VM in this process.
 *
 * @threads one
 */
final class DirectoryWindows implements WindowLookup {
    private final LiobnDirectory windows;
    private TceTable found;

    DirectoryWindows(final LiobnDirectory windows) {
        this.windows = windows;
    }

    @Override
    public boolean find(final long liobn) {
        found = windows.find(liobn);
        return found != null;
    }

    @Override
    public int pageShift() {
        return found.pageShift();
    }

    @Override
    public long offsetPages() {
        return found.geometry().offsetPages();
    }

    @Override
    public long sizePages() {
        return found.sizePages();
    }

    @Override
    public long generation() {
        return found.generation();
    }
}
