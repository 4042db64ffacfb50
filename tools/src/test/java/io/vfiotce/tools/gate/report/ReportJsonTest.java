package io.vfiotce.tools.gate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.vfiotce.tools.BadInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportJsonTest {
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(ReportJson.schema());

    @TempDir
    private Path dir;

    static Stream<GateReport> reports() {
        return Stream.of(SampleReports.everyVerdict(), SampleReports.hostile(), SampleReports.large(10, 12));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void shouldKeepTheSchemaWhenWritten(final GateReport report) {
        assertEquals(
                0, SCHEMA.validate(ReportJson.write(report), InputFormat.JSON).size());
    }

    @ParameterizedTest
    @MethodSource("reports")
    void shouldReadBackTheSameReportWhenWritten(final GateReport report) {
        final GateReport read = parse(ReportJson.write(report));
        // Half a surrogate pair is the one thing that JSON in UTF-8 cannot hold.
        assertEquals(report.toString().replace('\ud800', '\ufffd'), read.toString());
        assertEquals(read, parse(ReportJson.write(read)));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void shouldGiveTheSameBytesWhenWrittenAgainOrElsewhere(final GateReport report) {
        final String json = ReportJson.write(report);
        final Locale locale = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals(json, ReportJson.write(parse(json)));
        } finally {
            Locale.setDefault(locale);
        }
        assertFalse(json.contains("\r\n"));
    }

    @Test
    void shouldWriteTheShortestDigitsThatReadBackWhateverTheJvm() {
        // JDK 17's Double.toString makes 2.0E-3 of the first and 2.2250738585072014E-308 of many; both JDKs must agree.
        final LayerResult layer = new LayerResult(
                Layer.TIME, Verdict.PASS, "", null, 2.0E-3, Map.of("a", 2.2E-322, "b", 1.0E23), List.of());
        final String json = ReportJson.write(
                SampleReports.report(Verdict.PASS, 0, List.of(new RowResult("r", "ns", false, List.of(layer)))));
        assertTrue(json.contains("\"limit\" : 0.002"), json);
        assertTrue(json.contains("1.0E23"), json);
        assertTrue(json.contains("2.2E-322"), json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s/\"ab\"/7/",
                "s/\"command\" : \"ab\",//",
                "s/\"command\"/\"comand\"/",
                "s/\"exitCode\" : 1/\"exitCode\" : 7/",
                "s/\"exitCode\" : 1/\"exitCode\" : -1/",
                "s/\"exitCode\" : 1/\"exitCode\" : \"1\"/",
                "s/\"exitCode\" : 1/\"exitCode\" : 1.5/",
                "s/\"exitCode\" : 1/\"exitCode\" : null/",
                "s/\"seed\" : 42/\"seed\" : 9223372036854775808/",
                "s/\"verdict\" : \"FAIL\"/\"verdict\" : \"FAILED\"/",
                "s/\"verdict\" : \"FAIL\"/\"verdict\" : 5/",
                "s/\"verdict\" : \"FAIL\"/\"verdict\" : null/",
                "s/\"layer\" : \"TIME\"/\"layer\" : \"CLOCK\"/",
                "s/\"limit\" : 0.05/\"limit\" : \"0.05\"/",
                "s/\"limit\" : 0.05/\"limit\" : \"INF\"/",
                "s/\"limit\" : 0.05/\"limit\" : null/",
                "s/\"limit\" : 0.05/\"limit\" : [0.05]/",
                "s/\"stage\" : 1/\"stage\" : 3/",
                "s/\"number\" : 0/\"number\" : -1/",
                "s/\"number\" : 0/\"number\" : 2147483648/",
                "s/\"startMs\" : /\"startMs\" : -/",
                "s/\"headFirst\" : (true|false)/\"headFirst\" : 1/",
                "s/\"control\" : false/\"control\" : \"false\"/",
                "s/\"p\" : 0.37/\"p\" : null/",
                "s/\"p\" : 0.37/\"p\" : \"small\"/",
                "s/\"notes\" : \\[/\"notes\" : [ null,/",
                "s/\"notes\" : \\[/\"notes\" : [ 3,/",
                "s/\"jvm\" : \"[^\"]*\"/\"jvm\" : null/",
                "s/\"iterations\" : \\[/\"iterations\" : [ null,/",
                "s/\"iterations\" : \\[/\"iterations\" : [ {},/",
                "s/\"pairs\" : \\[ \\]/\"pairs\" : null/",
                "s/\"level\" : 0.95/\"levle\" : 0.95/",
                "s/\"interval\" : null,//",
                "s/\"host\" : \\[/\"host\" : [ [],/",
            })
    void shouldRefuseInOneLineWhatTheSchemaRefuses(final String edit) {
        final String[] parts = edit.split("(?<!\\\\)/", -1);
        final String json = ReportJson.write(SampleReports.everyVerdict());
        final String edited = json.replaceFirst(parts[1], parts[2]);
        assertFalse(edited.equals(json), "the edit changes something");
        assertTrue(SCHEMA.validate(edited, InputFormat.JSON).size() > 0, "the schema refuses it");
        final String message = refusal(edited);
        assertTrue(message.startsWith("a.json: "), message);
        assertEquals(1, message.lines().count(), message);
        assertFalse(message.contains("io.vfiotce"), message);
    }

    @Test
    void shouldNameTheOtherVersionWhenTheReportIsOfOne() {
        final String json =
                ReportJson.write(SampleReports.everyVerdict()).replace(GateReport.SCHEMA, "tce.gate.report.v2");
        assertEquals(
                "a.json: a report of version 'tce.gate.report.v2'; this tce reads only tce.gate.report.v1",
                refusal(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "3", "", "\"x\"", "{\"schema\":1}", "not json", "{\"schema\":\"a\n\"}"})
    void shouldRefuseInOneLineWhatIsNoReport(final String json) {
        assertEquals(1, refusal(json).lines().count());
    }

    @Test
    void shouldRefuseWhenTheFileIsCutOffAnywhere() {
        final String json = ReportJson.write(SampleReports.everyVerdict()).strip();
        for (int length = 0; length < json.length(); length += 101) {
            final String message = refusal(json.substring(0, length));
            assertEquals(1, message.lines().count(), message);
        }
        refusal(json.substring(0, json.length() - 1));
    }

    @Test
    void shouldRefuseWhenSomethingFollowsTheReportOrAFieldIsThereTwice() {
        final String json = ReportJson.write(SampleReports.everyVerdict());
        refusal(json + "{}");
        refusal(json.replaceFirst("\"exitCode\" : 1", "\"exitCode\" : 1, \"exitCode\" : 0"));
    }

    @Test
    void shouldNameTheFieldWhenItIsWrong() {
        final String json = ReportJson.write(SampleReports.everyVerdict());
        assertEquals(
                "a.json: rows[0].layers[0].verdict: 'GOOD' is not allowed here",
                refusal(json.replaceFirst("(?s)(\"layer\" : \"TIME\",\\s+\"verdict\" : )\"PASS\"", "$1\"GOOD\"")));
    }

    @Test
    void shouldReadTheFileOrSayWhyNot() throws Exception {
        final Path file = dir.resolve("report.json");
        assertTrue(assertThrows(BadInputException.class, () -> ReportReader.read(file))
                .getMessage()
                .contains("NoSuchFileException"));
        Files.writeString(file, ReportJson.write(SampleReports.everyVerdict()));
        assertEquals(SampleReports.everyVerdict(), ReportReader.read(file));
    }

    @Test
    void shouldDescribeEveryFieldOfTheModel() throws Exception {
        final var tree = new ObjectMapper().readTree(ReportJson.schema());
        assertEquals(
                Stream.of(Verdict.values()).map(Enum::name).toList().toString(),
                tree.at("/$defs/verdict/enum").toString().replace("\"", "").replace(",", ", "));
        assertEquals(
                Stream.of(Layer.values()).map(Enum::name).toList().toString(),
                tree.at("/$defs/layer/properties/layer/enum")
                        .toString()
                        .replace("\"", "")
                        .replace(",", ", "));
    }

    private static GateReport parse(final String json) {
        return ReportReader.parse("a.json", json.getBytes(StandardCharsets.UTF_8));
    }

    private static String refusal(final String json) {
        return assertThrows(BadInputException.class, () -> parse(json)).getMessage();
    }
}
