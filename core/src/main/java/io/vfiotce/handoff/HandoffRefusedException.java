package io.vfiotce.handoff;

/** A directory or file of a hand-off is not what it has to be; the message is one line that says what and why. */
public final class HandoffRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HandoffRefusedException(final String message) {
        super(message);
    }

    HandoffRefusedException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
