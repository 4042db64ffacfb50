package io.vfiotce.tools.chaos;

/** The system did not come back after a fault, or a fault could not be put in. */
final class ChaosException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChaosException(final String message) {
        super(message);
    }
}
