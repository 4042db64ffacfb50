package io.vfiotce.tools.gate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class JunitReportTest {
    @Test
    void shouldMakeOneTestCaseOfEveryRowAndLayer() throws Exception {
        final Document xml = parse(JunitReport.write(SampleReports.everyVerdict()));
        assertEquals(8 * 4, xml.getElementsByTagName("testcase").getLength());
        final Element suite = (Element) xml.getElementsByTagName("testsuite").item(0);
        assertEquals("32", suite.getAttribute("tests"));
        assertEquals("1", suite.getAttribute("failures"));
        assertEquals("2", suite.getAttribute("errors"));
        assertEquals("1", suite.getAttribute("skipped"));
    }

    @Test
    void shouldTellFailureErrorAndSkippedApart() throws Exception {
        final Document xml = parse(JunitReport.write(SampleReports.everyVerdict()));
        assertEquals(
                Map.of(
                        "failure", List.of("FAIL"),
                        "error", List.of("INVALID", "MISSING"),
                        "skipped", List.of("INCONCLUSIVE")),
                Map.of(
                        "failure", verdicts(xml, "failure"),
                        "error", verdicts(xml, "error"),
                        "skipped", verdicts(xml, "skipped")));
    }

    @Test
    void shouldGiveTheFiguresAsProperties() throws Exception {
        final GateReport report = SampleReports.everyVerdict();
        final Document xml = parse(JunitReport.write(report));
        final Map<String, String> figures =
                properties(testCase(xml, "com.acme.QueueBench.offer size=7 avgt t1", "time"));
        final Interval interval = report.rows().get(7).layers().get(0).interval();
        assertEquals(Double.toString(interval.effect()), figures.get("effect"));
        assertEquals(Double.toString(interval.lower()), figures.get("lower"));
        assertEquals(Double.toString(interval.smallestDetectable()), figures.get("smallestDetectable"));
        assertEquals("1.1920928955078125E-7", figures.get("p"));
        assertEquals("4", figures.get("pairsUsed"));
    }

    @Test
    void shouldStayXmlWhenTextIsHostile() throws Exception {
        final Document xml = parse(JunitReport.write(SampleReports.hostile()));
        final Element first = (Element) xml.getElementsByTagName("testcase").item(0);
        assertEquals(Text.visible(SampleReports.HOSTILE + Verdict.FAIL), first.getAttribute("classname"));
        assertEquals(0, xml.getElementsByTagName("script").getLength());
        // Three rows of two layers, and two rows without any, which are errors.
        assertEquals(8, xml.getElementsByTagName("testcase").getLength());
        assertEquals(4, xml.getElementsByTagName("error").getLength());
    }

    private static Document parse(final String xml) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> verdicts(final Document xml, final String element) {
        final NodeList found = xml.getElementsByTagName(element);
        final List<String> verdicts = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            verdicts.add(((Element) found.item(i)).getAttribute("message").split(":")[0]);
        }
        return verdicts;
    }

    private static Element testCase(final Document xml, final String row, final String layer) {
        final NodeList found = xml.getElementsByTagName("testcase");
        for (int i = 0; i < found.getLength(); i++) {
            final Element element = (Element) found.item(i);
            if (element.getAttribute("classname").equals(row)
                    && element.getAttribute("name").equals(layer)) {
                return element;
            }
        }
        throw new AssertionError("no test case for " + row);
    }

    private static Map<String, String> properties(final Element testCase) {
        final NodeList found = testCase.getElementsByTagName("property");
        final Map<String, String> properties = new LinkedHashMap<>();
        for (int i = 0; i < found.getLength(); i++) {
            final Element property = (Element) found.item(i);
            assertTrue(properties.put(property.getAttribute("name"), property.getAttribute("value")) == null);
        }
        return properties;
    }
}
