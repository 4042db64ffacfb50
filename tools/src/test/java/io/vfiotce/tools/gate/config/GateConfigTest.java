package io.vfiotce.tools.gate.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.run.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateConfigTest {
    private static final Path DOCUMENT = Path.of("docs", "gate-config.md");
    private static final String PUT = "org.example.MapBenchmark.put";

    @TempDir
    private Path directory;

    @Test
    void shouldReadTheDocumentsExample() throws IOException {
        final String document = Files.readString(DOCUMENT);
        final int begin = document.indexOf("```json\n") + "```json\n".length();
        final GateConfig config = read(document.substring(begin, document.indexOf("```", begin)));

        assertEquals(
                List.of("nightly", "pr", "smoke", "weekly"),
                List.copyOf(config.profiles().keySet()));
        final Profile pr = config.profile("pr");
        assertEquals(9, pr.run().pairs());
        assertEquals(12, pr.run().budgetMinutes());
        assertEquals("org.example.EmptyBenchmark.empty", pr.run().allocationBaseline());
        assertEquals(24, config.profile("weekly").run().confirmPairs());
        assertEquals(
                List.of("lookup idle=park rate=5000"),
                config.profile("weekly").latency().keySet().stream()
                        .map(RowName::text)
                        .toList());
        final RowSettings put = pr.row(PUT);
        assertEquals(List.of(Layer.ALLOCATION, Layer.CODE_SHAPE, Layer.INSTRUCTIONS, Layer.TIME), put.layers());
        assertEquals(OptionalDouble.of(0), put.allocatedBytes());
        final RowSettings queue = pr.row("org.example.QueueBenchmark.offer");
        assertEquals(
                new RowSettings(
                        0.1,
                        0.01,
                        Metric.WALL,
                        List.of(Layer.ALLOCATION, Layer.CODE_SHAPE),
                        OptionalDouble.empty(),
                        "queues"),
                queue);

        assertEquals(
                900, config.contracts().methodsOf(PUT).get(0).maxCodeBytes().getAsInt());
        assertEquals(60, config.contracts().maxInstructions(PUT));
        assertEquals(Double.POSITIVE_INFINITY, config.contracts().maxInstructions("org.example.MapBenchmark.get"));
        assertEquals(4, config.contracts().ratios().get(0).max().getAsDouble());
        assertEquals(0.08, config.waivers().rows().get(0).ceiling(), 1e-12);
        assertEquals(1, config.waivers().bases().size());
    }

    @Test
    void shouldNameEveryKeyInTheDocument() throws IOException {
        final String document = Files.readString(DOCUMENT);
        final BadInputException unknown =
                assertThrows(BadInputException.class, () -> read("{\"profiles\":{\"x\":{\"nothing\":1}}}"));
        final String known = unknown.getMessage().substring(unknown.getMessage().indexOf("known are ") + 10);
        for (final String key : known.split(", ")) {
            assertTrue(document.contains("`" + key + "`"), key);
        }
    }

    @Test
    void shouldHaveThreeProfilesWithoutAFile() {
        final GateConfig config = GateConfig.builtIn();
        assertEquals(RunSettings.BUILT_IN, config.profile("pr").run());
        assertEquals(RowSettings.BUILT_IN, config.profile("pr").row(PUT));
        assertEquals(24, config.profile("nightly").run().pairs());
        assertEquals(
                List.of(Layer.ALLOCATION, Layer.CODE_SHAPE),
                config.profile("smoke").row(PUT).layers());
        assertThrows(BadInputException.class, () -> config.profile("PR"));
    }

    @Test
    void shouldTakeTheFirstBlockOfAListThatMatches() throws IOException {
        final Profile profile = read("{'rows':[{'match':'put$','limit':'7%'},{'match':'Map','limit':'8%','alloc':16}]}"
                        .replace('\'', '"'))
                .profile("pr");
        assertEquals(0.07, profile.row(PUT).limit(), 1e-12);
        assertEquals(OptionalDouble.empty(), profile.row(PUT).allocatedBytes());
        assertEquals(OptionalDouble.of(16), profile.row(PUT + "All").allocatedBytes());
        assertEquals(0.05, profile.row("other").limit());
    }

    @Test
    void shouldRefuseAMarginThatIsNotBelowTheLimitOfARow() throws IOException {
        final Profile profile =
                read("{\"rows\":[{\"match\":\"put\",\"margin\":\"5%\"}]}").profile("pr");
        assertTrue(assertThrows(BadInputException.class, () -> profile.row(PUT))
                .getMessage()
                .contains(PUT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "|the file is not an object",
                "[]|the file is not an object",
                "{'a':1}|a is unknown; known are baseWaivers, contracts, defaults",
                "{'defaults':{'pair':9}}|defaults.pair is unknown",
                "{'defaults':{'pairs':9,'pairs':8}}|line 1, column",
                "{'defaults':{'pairs':9}|line 1, column",
                "{} {}|line 1, column",
                "{'defaults':{'pairs':'9'}}|defaults.pairs is no whole number in 1..1000",
                "{'defaults':{'pairs':9.5}}|defaults.pairs",
                "{'defaults':{'pairs':0}}|defaults.pairs",
                "{'defaults':{'pairs':99999999999}}|defaults.pairs",
                "{'defaults':{'familyLevel':0}}|defaults.familyLevel is no number",
                "{'defaults':{'limit':0.05}}|defaults.limit is no text like \"5%\"",
                "{'defaults':{'limit':'5'}}|defaults.limit",
                "{'defaults':{'limit':'2000%'}}|defaults.limit",
                "{'defaults':{'limit':'-5%'}}|defaults.limit",
                "{'defaults':{'metric':'CPU'}}|defaults.metric is none of auto, cpu, wall",
                "{'defaults':{'layers':['time','completeness']}}|defaults.layers[1] is none of allocation",
                "{'defaults':{'layers':'time'}}|defaults.layers is not a list",
                "{'defaults':{'include':['a','(']}}|defaults.include[1] is no regular expression",
                "{'defaults':{'instructionsBlock':'no'}}|defaults.instructionsBlock is neither true nor false",
                "{'defaults':{'codeSizeBlocks':1}}|defaults.codeSizeBlocks is neither true nor false",
                "{'defaults':{'alloc':'none'}}|defaults.alloc is neither",
                "{'defaults':{'alloc':-1}}|defaults.alloc is no number",
                "{'profiles':{'x':{'rows':[{'match':'['}]}}}|profiles.x.rows[0].match is no regular expression",
                "{'profiles':{'x':[]}}|profiles.x is not an object",
                "{'rows':[{'limit':'5%'}]}|rows[0].match is missing",
                "{'rows':[{'match':'a','pairs':9}]}|rows[0].pairs is unknown",
                "{'contracts':{'methods':[{'rows':'a','method':'put'}]}}|contracts.methods[0].method is neither",
                "{'contracts':{'ratios':[{'row':'a','to':'b','reason':'c'}]}}|contracts.ratios[0] has neither min nor max",
                "{'contracts':{'ratios':[{'row':'a','to':'b','reason':'c','min':2,'max':1}]}}|ratios[0].min is above max",
                "{'contracts':{'ratios':[{'row':'a','to':'a','reason':'c','max':1}]}}|ratios[0].to is the same row",
                "{'contracts':{'instructions':[{'rows':'a'}]}}|contracts.instructions[0].max is missing",
            })
    void shouldRefuseInOneLineNamingThePlace(final String json, final String message) {
        final BadInputException refused =
                assertThrows(BadInputException.class, () -> read(json == null ? "" : json.replace('\'', '"')));
        assertTrue(refused.getMessage().startsWith(file() + ": "), refused::getMessage);
        assertTrue(refused.getMessage().contains(message), refused::getMessage);
        assertEquals(1, refused.getMessage().lines().count(), refused::getMessage);
    }

    @Test
    void shouldRefuseAFileThatIsNotThereOrNotText() throws IOException {
        assertThrows(BadInputException.class, () -> GateConfig.read(file()));
        Files.write(file(), new byte[] {'{', (byte) 0xff, '}'});
        assertTrue(assertThrows(BadInputException.class, () -> GateConfig.read(file()))
                .getMessage()
                .endsWith("is not UTF-8"));
    }

    private Path file() {
        return directory.resolve("tce-gate.json");
    }

    private GateConfig read(final String json) throws IOException {
        return GateConfig.read(Files.writeString(file(), json));
    }
}
