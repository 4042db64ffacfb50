package io.vfiotce.tools.conform;

import java.io.IOException;

/**
 * Turns the lines of a vector file into scenarios, one at a time.
 *
 * @threads one
 */
final class VectorParser {
    private final LineReader reader;
    private Profile profile;
    private boolean finished;

    VectorParser(final LineReader reader) {
        this.reader = reader;
    }

    /**
     * Reads the next scenario.
     *
     * @return the scenario; null at the end of the file
     * @throws VectorFormatException if a line is malformed or missing
     */
    Scenario next() throws IOException {
        final LineFields first = finished ? null : nextLine();
        if (first == null) {
            finished = true;
            if (profile == null) {
                throw reader.error("the file has no scenario");
            }
            return null;
        }
        if (!first.startsWith("scenario")) {
            final String word = LineFields.quote(first.word("a keyword"));
            throw first.error(word + " is where 'scenario' should be" + (profile == null ? "; no vector file" : ""));
        }
        final ScenarioHeader header = ScenarioHeader.parse(first);
        if (profile != null && profile != header.profile()) {
            throw first.error("a " + header.profile() + " scenario in a file of " + profile + " scenarios");
        }
        profile = header.profile();
        return body(new ScenarioBuilder(header));
    }

    private Scenario body(final ScenarioBuilder scenario) throws IOException {
        for (LineFields fields = nextLine(); fields != null; fields = nextLine()) {
            scenario.countLine(fields);
            final String keyword = fields.word("a keyword");
            if (keyword.equals("end")) {
                fields.end();
                return scenario.build(fields, reader.source());
            }
            if (keyword.equals("scenario")) {
                throw fields.error("a scenario starts and " + scenario.name() + " has no 'end'");
            }
            line(keyword, fields, scenario);
        }
        throw reader.error("the file ends inside " + scenario.name() + "; it is truncated");
    }

    private static void line(final String keyword, final LineFields fields, final ScenarioBuilder scenario)
            throws VectorFormatException {
        switch (keyword) {
            case "window" -> SetupLines.window(fields, scenario);
            case "get" -> CallLines.get(fields, scenario);
            case "put" -> CallLines.put(fields, scenario);
            case "stuff" -> CallLines.stuff(fields, scenario);
            case "indirect" -> CallLines.indirect(fields, scenario);
            default -> kernelLine(keyword, fields, scenario);
        }
    }

    private static void kernelLine(final String keyword, final LineFields fields, final ScenarioBuilder scenario)
            throws VectorFormatException {
        if (scenario.header().profile() != Profile.KERNEL) {
            throw unknown(keyword, fields, scenario);
        }
        switch (keyword) {
            case "memslot" -> SetupLines.memslot(fields, scenario);
            case "prereg" -> SetupLines.prereg(fields, scenario);
            case "attach" -> SetupLines.attach(fields, scenario);
            case "unreg" -> SetupLines.unreg(fields, scenario);
            case "guest" -> EndStateLines.guest(fields, scenario);
            case "hw" -> EndStateLines.hw(fields, scenario);
            case "mapped" -> EndStateLines.mapped(fields, scenario);
            case "locked" -> EndStateLines.locked(fields, scenario);
            default -> throw unknown(keyword, fields, scenario);
        }
    }

    private static VectorFormatException unknown(
            final String keyword, final LineFields fields, final ScenarioBuilder scenario) {
        return fields.error(LineFields.quote(keyword) + " starts no line of a "
                + scenario.header().profile() + " scenario");
    }

    /** The next line that is no comment and not blank; null at the end. */
    private LineFields nextLine() throws IOException {
        for (String text = reader.readLine(); text != null; text = reader.readLine()) {
            final LineFields fields = new LineFields(reader.source(), reader.lineNumber(), text);
            if (!text.startsWith("#") && !fields.isEmpty()) {
                return fields;
            }
        }
        return null;
    }
}
