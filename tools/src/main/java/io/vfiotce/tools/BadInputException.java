package io.vfiotce.tools;

/** Something that the user gave cannot be used: ends a command with exit code 2 and the message as one line. */
public final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong and where
     */
    public BadInputException(final String message) {
        super(message);
    }
}
