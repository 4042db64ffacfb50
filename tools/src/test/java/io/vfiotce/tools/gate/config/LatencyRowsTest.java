package io.vfiotce.tools.gate.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.run.LatencyRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of latency rows. */
class LatencyRowsTest {
    private static final String REST = "'main':'a.Slow','args':['1','{log}'],'samples':20000,'seconds':9}";
    private static final String ROW = "{'row':'slow idle=park rate=10'," + REST;

    @TempDir
    private Path directory;

    private GateConfig read(final String json) throws IOException {
        return GateConfig.read(Files.writeString(directory.resolve("gate.json"), json.replace('\'', '"')));
    }

    private static List<String> names(final Profile profile) {
        return profile.latency().keySet().stream().map(RowName::text).toList();
    }

    @Test
    void shouldReadWhatARowSays() throws IOException {
        final RowName name = new RowName("slow", new TreeMap<>(Map.of("rate", "10", "idle", "park")));
        assertEquals(
                Map.of(
                        name,
                        new LatencyRow(
                                name,
                                "a.Slow",
                                List.of("1", "{log}"),
                                Optional.of("latency"),
                                Optional.of("service"),
                                20_000,
                                9)),
                read("{'defaults':{'latency':[" + ROW.replace("'main'", "'tag':'latency','serviceTag':'service','main'")
                                + "]}}")
                        .profile("pr")
                        .latency());
        final LatencyRow plain = read("{'defaults':{'latency':[" + ROW + "]}}")
                .profile("pr")
                .latency()
                .get(name);
        assertEquals(Optional.empty(), plain.tag());
        assertEquals(Optional.empty(), plain.serviceTag());
    }

    @Test
    void shouldTakeAProfilesListInPlaceOfTheDefaults() throws IOException {
        final GateConfig config = read("{'defaults':{'latency':[" + ROW + "]},'profiles':{'pr':{'latency':[]},"
                + "'weekly':{'latency':[{'row':'other'," + REST + "]},'daily':{}}}");
        assertEquals(List.of(), names(config.profile("pr")));
        assertEquals(List.of("other"), names(config.profile("weekly")));
        assertEquals(List.of("slow idle=park rate=10"), names(config.profile("daily")));
        assertEquals(List.of("slow idle=park rate=10"), names(config.profile("nightly")));
        assertEquals(List.of(), names(config.profile("smoke")), "it measures no time");
    }

    @Test
    void shouldJudgeALatencyRowInItsOwnLayerByTheLimitsOfItsName() throws IOException {
        final Profile profile = read("{'defaults':{'layers':['allocation','time'],'latency':[" + ROW
                        + "]},'rows':[{'match':'^slow ','limit':'20%','alloc':'zero','owner':'me'}]}")
                .profile("pr");
        final RowSettings settings = profile.row("slow idle=park rate=10");
        assertEquals(List.of(Layer.LATENCY), settings.layers());
        assertEquals(0.2, settings.limit());
        assertEquals(OptionalDouble.empty(), settings.allocatedBytes());
        assertEquals("me", settings.owner());
        assertEquals(
                List.of(Layer.ALLOCATION, Layer.TIME),
                profile.row("slow idle=park rate=11").layers());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'rate':1|defaults.latency[0].rate is unknown",
                "'row':''|defaults.latency[0].row is missing or empty",
                "'row':'slow rate'|defaults.latency[0].row is no name with parameters",
                "'row':'slow  rate=1'|defaults.latency[0].row is no name with parameters",
                "'row':'rate=1'|defaults.latency[0].row is no name with parameters",
                "'row':'slow rate=1 idle=park'|must have its parameters once and sorted: 'slow idle=park rate=1'",
                "'row':'slow rate=1 rate=2'|must have its parameters once and sorted: 'slow rate=2'",
                "'main':7|defaults.latency[0].main is no text",
                "'args':['{LOG}']|defaults.latency[0].args has no {log}",
                "'args':'{log}'|defaults.latency[0].args is not a list",
                "'samples':0|defaults.latency[0].samples is no whole number in 1..",
                "'seconds':3601|defaults.latency[0].seconds is no whole number in 1..3600",
                "'tag':''|defaults.latency[0].tag is missing or empty",
                "'tag':'a,b'|defaults.latency[0].tag has a comma",
                "'serviceTag':'a b'|defaults.latency[0].serviceTag has a comma or white space",
                "'tag':'a','serviceTag':'a'|defaults.latency[0].serviceTag is that of the response times",
            })
    void shouldRefuseInOneLineNamingThePlace(final String said, final String message) {
        final TreeMap<String, String> keys = new TreeMap<>(Map.of(
                "row", "'row':'slow'",
                "main", "'main':'a.Slow'",
                "args", "'args':['{log}']",
                "samples", "'samples':1",
                "seconds", "'seconds':1"));
        keys.remove(said.substring(1, said.indexOf('\'', 1)));
        assertRefused("{'defaults':{'latency':[{" + String.join(",", keys.values()) + "," + said + "}]}}", message);
    }

    @Test
    void shouldRefuseWhenSomethingIsMissingOrTwice() {
        for (final String key : List.of("row", "main", "args", "samples", "seconds")) {
            final String without = ROW.replaceAll("'" + key + "':('[^']*'|\\[[^\\]]*]|\\d+),?", "")
                    .replace(",}", "}");
            assertRefused("{'defaults':{'latency':[" + without + "]}}", "latency[0]." + key);
        }
        assertRefused(
                "{'defaults':{'latency':[" + ROW + "," + ROW + "]}}",
                "defaults.latency[1].row is the name of another row too");
        assertRefused("{'profiles':{'x':{'latency':{}}}}", "profiles.x.latency is not a list");
        assertRefused("{'latency':[]}", "latency is unknown");
        assertRefused("{'defaults':{'layers':['latency']}}", "defaults.layers[0] is none of allocation");
    }

    private void assertRefused(final String json, final String message) {
        final String said =
                assertThrows(BadInputException.class, () -> read(json)).getMessage();
        assertTrue(said.contains(message), said);
        assertEquals(1, said.lines().count(), said);
    }
}
