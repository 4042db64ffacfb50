package io.vfiotce.tools.gate.selftest;

import java.nio.file.Path;
import java.util.List;

/**
 * A run of the gate as a user would start it.
 *
 * @param command ab or aa
 * @param base the base's jar; that of both for aa
 * @param head the head's jar
 * @param profile the profile of the selftest's configuration
 * @param rows the rows, by their method
 * @param seed seed of its coins
 * @param out its directory, where its report stays
 */
public record GateCall(String command, Path base, Path head, String profile, List<String> rows, long seed, Path out) {
    /** {@return where the report is when the run is done} */
    public Path report() {
        return out.resolve("report.json");
    }
}
