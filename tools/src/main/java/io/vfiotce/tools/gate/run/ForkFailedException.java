package io.vfiotce.tools.gate.run;

/** A fork gave no result: it crashed, took too long or was killed. The row ends without a verdict, the run goes on. */
public final class ForkFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened and where the log is
     */
    public ForkFailedException(final String message) {
        super(message);
    }
}
