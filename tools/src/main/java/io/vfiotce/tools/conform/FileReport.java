package io.vfiotce.tools.conform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What running one vector file gave.
 *
 * @threads one
 */
public final class FileReport {
    /** Most divergences that are kept, each the first of its scenario; the others are counted. */
    public static final int MAX_DIVERGENCES = 20;

    private final String file;
    private final ConformLayer layer;
    private final List<Divergence> divergences = new ArrayList<>();
    private Profile profile;
    private String error;
    private long scenarios;
    private long divergentScenarios;
    private long ops;
    private long mismatches;
    private long layerDependent;

    FileReport(final String file, final ConformLayer layer) {
        this.file = file;
        this.layer = layer;
    }

    void profile(final Profile recorded) {
        profile = recorded;
    }

    void failed(final String message) {
        error = message;
    }

    void ran(final Tally tally) {
        scenarios++;
        ops += tally.ops();
        mismatches += tally.mismatches();
        layerDependent += tally.layerDependent();
        if (tally.first() != null) {
            divergentScenarios++;
            if (divergences.size() < MAX_DIVERGENCES) {
                divergences.add(tally.first());
            }
        }
    }

    /** {@return the file's name as it was given} */
    public String file() {
        return file;
    }

    /** {@return the layers that the calls were run in} */
    public ConformLayer layer() {
        return layer;
    }

    /** {@return what the file was recorded from; null if it could not be told} */
    public Profile profile() {
        return profile;
    }

    /** {@return why the file could not be read or run to its end, in one line; null if it was} */
    public String error() {
        return error;
    }

    /** {@return whether the file was run to its end without a mismatch} */
    public boolean isOk() {
        return error == null && mismatches == 0;
    }

    /** {@return how many scenarios were run} */
    public long scenarios() {
        return scenarios;
    }

    /** {@return how many hypercalls and unregistrations were executed} */
    public long ops() {
        return ops;
    }

    /** {@return how many calls, entries and other results differ from the recording} */
    public long mismatches() {
        return mismatches;
    }

    /** {@return how many calls differ as the layers of the real systems do} */
    public long layerDependent() {
        return layerDependent;
    }

    /** {@return how many scenarios have a mismatch} */
    public long divergentScenarios() {
        return divergentScenarios;
    }

    /** {@return the first mismatch of each scenario that has one, up to {@link #MAX_DIVERGENCES}} */
    public List<Divergence> divergences() {
        return Collections.unmodifiableList(divergences);
    }
}
