package io.vfiotce.snapshot;

/** A snapshot is refused: it is damaged, of another version, of other windows than the VM has, or there is no memory for it. */
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, in one line
     */
    public SnapshotException(final String message) {
        super(message);
    }

    static SnapshotException atByte(final long offset, final String message) {
        return new SnapshotException("byte " + offset + ": " + message);
    }
}
