package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.selftest.GateCall;
import io.vfiotce.tools.gate.selftest.GateCalls;
import io.vfiotce.tools.gate.selftest.Workspace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Starts the gate by its command line, in this JVM. */
final class CommandCalls implements GateCalls {
    private final Workspace workspace;

    CommandCalls(final Workspace workspace) {
        this.workspace = workspace;
    }

    @Override
    public void run(final GateCall call) {
        final StringWriter said = new StringWriter();
        final CommandLine gate = new CommandLine(new GateCommand());
        gate.setOut(new PrintWriter(said));
        gate.setErr(new PrintWriter(said));
        gate.setExitCodeExceptionMapper(new GateExitCodes());
        final List<RuntimeException> failures = new ArrayList<>();
        gate.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof RuntimeException) {
                failures.add((RuntimeException) e);
                return GateExitCodes.INTERNAL;
            }
            throw e;
        });
        final int code = gate.execute(words(call).toArray(new String[0]));
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        if (!Files.exists(call.report())) {
            throw new GateDataException(call.out() + ": ended with code " + code + " and no report: "
                    + said.toString().strip());
        }
    }

    /** The run as words of a command line. */
    List<String> words(final GateCall call) {
        final List<String> words = new ArrayList<>(List.of(call.command()));
        if (call.command().equals("aa")) {
            words.addAll(List.of("--jar", call.head().toString(), "--all-layers"));
        } else {
            words.addAll(List.of(
                    "--base", call.base().toString(), "--head", call.head().toString()));
        }
        words.addAll(List.of("--config", workspace.config().toString(), "--profile", call.profile()));
        words.addAll(List.of("--jvm", workspace.forks().java(), "--seed", String.valueOf(call.seed())));
        words.addAll(List.of("--out", call.out().toString()));
        call.rows()
                .forEach(row -> words.addAll(List.of(
                        "--include", '^' + Pattern.quote(Workspace.row(row).text()) + '$')));
        return words;
    }
}
