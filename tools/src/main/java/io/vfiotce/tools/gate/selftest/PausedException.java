package io.vfiotce.tools.gate.selftest;

/** The selftest stops here and can be resumed: its time is used up, or the host is not calm. */
final class PausedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean disturbed;

    PausedException(final String message, final boolean disturbed) {
        super(message);
        this.disturbed = disturbed;
    }

    /** Whether the host was not calm. */
    boolean isDisturbed() {
        return disturbed;
    }
}
