package io.vfiotce.tools.gate.jmh;

/**
 * Data of a measurement are incomplete, or two of them may not be compared: ends a command of the gate with exit code 5
 * and the message as one line.
 */
public final class GateDataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is missing or differs, and where
     */
    public GateDataException(final String message) {
        super(message);
    }
}
