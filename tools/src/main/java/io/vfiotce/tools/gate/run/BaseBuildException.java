package io.vfiotce.tools.gate.run;

/** The base revision does not build: there is nothing to compare with. An error unless a waiver names that commit. */
public final class BaseBuildException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String commit;

    /**
     * Creates the exception.
     *
     * @param commit full id of the commit that does not build
     * @param message what happened and where the log is
     */
    public BaseBuildException(final String commit, final String message) {
        super(message);
        this.commit = commit;
    }

    /** {@return full id of the commit that does not build} */
    public String commit() {
        return commit;
    }
}
