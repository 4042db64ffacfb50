package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.GateConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which configuration holds. */
final class ConfigFlags {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration. Default: " + GateConfig.FILE_NAME + " if there is one.")
    private Path config;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = "pr",
            description = "Its profile: smoke, pr (default), nightly or one of its own.")
    private String profile;

    /**
     * {@return the configuration}
     *
     * @throws io.vfiotce.tools.BadInputException if it cannot be used
     */
    GateConfig read() {
        return file() == null ? GateConfig.builtIn() : GateConfig.read(file());
    }

    /** {@return the file that is read; null if none is} */
    Path file() {
        final Path usual = Path.of(GateConfig.FILE_NAME);
        return config != null || !Files.exists(usual) ? config : usual;
    }

    /** {@return the profile's name} */
    String profile() {
        return profile;
    }

    /** {@return the words of a command line that choose the same} */
    List<String> words() {
        final List<String> words = new ArrayList<>();
        if (config != null) {
            words.addAll(List.of("--config", config.toString()));
        }
        words.addAll(List.of("--profile", profile));
        return words;
    }
}
