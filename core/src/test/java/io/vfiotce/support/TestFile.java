package io.vfiotce.support;

import io.vfiotce.linux.OpenFile;

/** A file that does nothing, or one thing when it is released. */
public final class TestFile extends OpenFile {
    private final Runnable onRelease;

    /** A file that does nothing. */
    public TestFile() {
        this(() -> {});
    }

    /** A file that does one thing when it is released. */
    public TestFile(final Runnable onRelease) {
        this.onRelease = onRelease;
    }

    @Override
    protected void release() {
        onRelease.run();
    }
}
