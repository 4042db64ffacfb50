package io.vfiotce.tools.gate.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.run.LatencyRow;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The gate's configuration: JSON with comments, described in {@code tools/docs/gate-config.md}. Everything in it is checked
 * when it is read: an unknown key, a wrong type, a bad expression are refused with the file and the place.
 *
 * @param profiles the profiles by name: those of the file, and the built-in ones that it does not redefine
 * @param contracts what one jar must keep by itself
 * @param waivers the reviewed exceptions
 */
public record GateConfig(Map<String, Profile> profiles, Contracts contracts, Waivers waivers) {
    /** Name of the file that is read from the current directory if none is named. */
    public static final String FILE_NAME = "tce-gate.json";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * What holds without a file.
     *
     * @return the built-in profiles, no contracts, no waivers
     */
    public static GateConfig builtIn() {
        return read(new ConfigObject("built in", "", MAPPER.createObjectNode()));
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @return the configuration
     * @throws BadInputException if the file cannot be read, or anything in it cannot be used
     */
    public static GateConfig read(final Path file) {
        return read(new ConfigObject(file.toString(), "", tree(file)));
    }

    private static JsonNode tree(final Path file) {
        try {
            final JsonNode tree = MAPPER.readTree(Files.readString(file));
            // An empty file has no tree.
            return tree.isMissingNode() ? MAPPER.nullNode() : tree;
        } catch (final JsonProcessingException e) {
            throw new BadInputException(file + ": line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (final CharacterCodingException e) {
            throw new BadInputException(file + ": is not UTF-8");
        } catch (final NoSuchFileException e) {
            throw new BadInputException(file + ": there is no such file");
        } catch (final IOException e) {
            throw new BadInputException(file + ": cannot be read: " + e.getMessage());
        }
    }

    private static GateConfig read(final ConfigObject root) {
        final ConfigObject defaults = root.object("defaults");
        final RunSettings run = RunSettings.read(defaults, RunSettings.BUILT_IN);
        final RowSettings row = RowOverrides.read(defaults).over(RowSettings.BUILT_IN);
        final SortedMap<RowName, LatencyRow> latency = LatencyRows.read(defaults, new TreeMap<>());
        defaults.finish();
        final List<RowRule> rules = RowRule.readAll(root.objects("rows"));
        final Map<String, Profile> profiles = new TreeMap<>(Profile.builtIn(run, row, latency, rules));
        final ConfigObject own = root.object("profiles");
        for (final String name : own.names()) {
            final Profile fallback =
                    profiles.getOrDefault(name, new Profile(name, run, row, latency, List.of(), rules));
            profiles.put(name, Profile.read(name, own.object(name), fallback));
        }
        final GateConfig result = new GateConfig(
                Collections.unmodifiableMap(profiles), Contracts.read(root.object("contracts")), Waivers.read(root));
        root.finish();
        return result;
    }

    /**
     * A profile by its name.
     *
     * @param name the name
     * @return the profile
     * @throws BadInputException if there is none of that name
     */
    public Profile profile(final String name) {
        final Profile profile = profiles.get(name);
        if (profile == null) {
            throw new BadInputException(
                    "there is no profile '" + name + "', only " + String.join(", ", profiles.keySet()));
        }
        return profile;
    }
}
