package io.vfiotce.tools.gate.report;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A report as JUnit XML: one test case per row and layer. FAIL is a failure, and so is INCONCLUSIVE where it blocks; INVALID and
 * MISSING are errors; what neither blocks nor passed is skipped. Figures are properties of the test case.
 */
public final class JunitReport {
    private static final String NO_LAYER = "completeness";

    private JunitReport() {}

    /** What became of a test case, as JUnit names it. */
    private enum Outcome {
        PASSED,
        FAILURE,
        ERROR,
        SKIPPED
    }

    /**
     * Writes a report.
     *
     * @param report the report
     * @return XML, to be stored in UTF-8
     */
    public static String write(final GateReport report) {
        final StringWriter out = new StringWriter();
        try {
            final XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuites");
            suite(xml, report);
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (final XMLStreamException e) {
            throw new IllegalStateException("a report could not be written as XML", e);
        }
        return out.append('\n').toString();
    }

    private static void suite(final XMLStreamWriter xml, final GateReport report) throws XMLStreamException {
        final Policy policy = Policy.of(report);
        start(xml, 1, "testsuite");
        xml.writeAttribute("name", "tce gate " + Text.visible(report.command()));
        xml.writeAttribute("tests", Integer.toString(count(report, policy, List.of(Outcome.values()))));
        xml.writeAttribute("failures", Integer.toString(count(report, policy, List.of(Outcome.FAILURE))));
        xml.writeAttribute("errors", Integer.toString(count(report, policy, List.of(Outcome.ERROR))));
        xml.writeAttribute("skipped", Integer.toString(count(report, policy, List.of(Outcome.SKIPPED))));
        final Map<String, String> properties = new LinkedHashMap<>();
        properties.put("verdict", report.verdict().name());
        properties.put("seed", Long.toString(report.seed()));
        properties.putAll(report.envelope());
        properties(xml, 2, properties);
        for (final RowResult row : report.rows()) {
            if (row.layers().isEmpty()) {
                empty(xml, row);
            }
            for (final LayerResult layer : row.layers()) {
                testCase(xml, row, layer, outcome(policy, layer.verdict()));
            }
        }
        end(xml, 1);
    }

    private static int count(final GateReport report, final Policy policy, final List<Outcome> outcomes) {
        int count = 0;
        for (final RowResult row : report.rows()) {
            count += row.layers().isEmpty() && outcomes.contains(Outcome.ERROR) ? 1 : 0;
            for (final LayerResult layer : row.layers()) {
                count += outcomes.contains(outcome(policy, layer.verdict())) ? 1 : 0;
            }
        }
        return count;
    }

    private static Outcome outcome(final Policy policy, final Verdict verdict) {
        if (policy.blocks(verdict)) {
            return verdict == Verdict.INVALID || verdict == Verdict.MISSING ? Outcome.ERROR : Outcome.FAILURE;
        }
        return policy.skips(verdict) ? Outcome.SKIPPED : Outcome.PASSED;
    }

    /** A row of which nothing is known is an error: it was expected. */
    private static void empty(final XMLStreamWriter xml, final RowResult row) throws XMLStreamException {
        start(xml, 2, "testcase");
        xml.writeAttribute("classname", Text.visible(row.row()));
        xml.writeAttribute("name", NO_LAYER);
        message(xml, "error", Verdict.MISSING, "No layer says anything about this row.");
        end(xml, 2);
    }

    private static void testCase(
            final XMLStreamWriter xml, final RowResult row, final LayerResult layer, final Outcome outcome)
            throws XMLStreamException {
        start(xml, 2, "testcase");
        xml.writeAttribute("classname", Text.visible(row.row()));
        xml.writeAttribute("name", Text.name(layer.layer()));
        properties(xml, 3, figures(row, layer));
        switch (outcome) {
            case FAILURE -> message(xml, "failure", layer.verdict(), layer.reason());
            case ERROR -> message(xml, "error", layer.verdict(), layer.reason());
            case SKIPPED -> message(xml, "skipped", layer.verdict(), layer.reason());
            case PASSED -> {}
        }
        end(xml, 2);
    }

    private static Map<String, String> figures(final RowResult row, final LayerResult layer) {
        final Map<String, String> figures = new LinkedHashMap<>();
        figures.put("verdict", layer.verdict().name());
        figures.put("unit", row.unit());
        figures.put("control", Boolean.toString(row.control()));
        figures.put("limit", Double.toString(layer.limit()));
        if (layer.interval() != null) {
            figures.put("effect", Double.toString(layer.interval().effect()));
            figures.put("lower", Double.toString(layer.interval().lower()));
            figures.put("upper", Double.toString(layer.interval().upper()));
            figures.put("level", Double.toString(layer.interval().level()));
            figures.put("smallestDetectable", Double.toString(layer.interval().smallestDetectable()));
        }
        if (!layer.pairs().isEmpty()) {
            figures.put("pairsUsed", Long.toString(Rows.usedPairs(layer)));
            figures.put("pairsDropped", Long.toString(Rows.droppedPairs(layer)));
        }
        layer.figures().forEach((name, value) -> figures.putIfAbsent(name, Double.toString(value)));
        return figures;
    }

    private static void properties(final XMLStreamWriter xml, final int depth, final Map<String, String> properties)
            throws XMLStreamException {
        start(xml, depth, "properties");
        for (final Map.Entry<String, String> entry : properties.entrySet()) {
            indent(xml, depth + 1);
            xml.writeEmptyElement("property");
            xml.writeAttribute("name", Text.visible(entry.getKey()));
            xml.writeAttribute("value", Text.visible(entry.getValue()));
        }
        end(xml, depth);
    }

    private static void message(
            final XMLStreamWriter xml, final String element, final Verdict verdict, final String reason)
            throws XMLStreamException {
        indent(xml, 3);
        xml.writeEmptyElement(element);
        // JUnit's skipped has no type; the verdict is in the message instead.
        if (!element.equals("skipped")) {
            xml.writeAttribute("type", verdict.name());
        }
        xml.writeAttribute("message", verdict + ": " + Text.visible(reason));
    }

    private static void start(final XMLStreamWriter xml, final int depth, final String element)
            throws XMLStreamException {
        indent(xml, depth);
        xml.writeStartElement(element);
    }

    private static void end(final XMLStreamWriter xml, final int depth) throws XMLStreamException {
        indent(xml, depth);
        xml.writeEndElement();
    }

    private static void indent(final XMLStreamWriter xml, final int depth) throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(depth));
    }
}
