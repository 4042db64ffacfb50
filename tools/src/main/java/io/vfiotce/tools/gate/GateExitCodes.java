package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.BaseBuildException;
import picocli.CommandLine.IExitCodeExceptionMapper;

/** Exit codes of all commands of the gate. 1 is a verdict and nothing else: no error ever looks like a regression. */
public final class GateExitCodes implements IExitCodeExceptionMapper {
    /** No regression. */
    public static final int OK = 0;

    /** A regression, confirmed. */
    public static final int REGRESSION = 1;

    /** Bad input, usage or configuration, waivers that nothing needs among them. */
    public static final int BAD_INPUT = 2;

    /** Neither a regression nor its absence was shown, and the configuration says that this blocks. */
    public static final int INCONCLUSIVE = 3;

    /** The host, or a control row, says that the measurement means nothing. */
    public static final int INVALID = 4;

    /** Data are missing or cannot be compared. */
    public static final int INCOMPLETE = 5;

    /** An internal error. */
    public static final int INTERNAL = 6;

    /** Creates the mapper. */
    public GateExitCodes() {}

    /**
     * The exit code of a run.
     *
     * @param verdict the gravest of the verdicts that block; any other if none does
     * @return the exit code
     */
    public static int of(final Verdict verdict) {
        return switch (verdict) {
            case PASS, IMPROVED, NEW, WARN -> OK;
            case FAIL -> REGRESSION;
            case INCONCLUSIVE -> INCONCLUSIVE;
            case INVALID -> INVALID;
            case MISSING -> INCOMPLETE;
        };
    }

    /** Whether the message of an error was written for the user, who needs to know no more. */
    public static boolean isExpected(final Throwable e) {
        return e instanceof BadInputException || e instanceof GateDataException || e instanceof BaseBuildException;
    }

    @Override
    public int getExitCode(final Throwable e) {
        if (e instanceof BadInputException) {
            return BAD_INPUT;
        }
        return e instanceof GateDataException || e instanceof BaseBuildException ? INCOMPLETE : INTERNAL;
    }
}
