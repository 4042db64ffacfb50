package io.vfiotce.tools.gate.report;

/** Text within Markdown that stays text: nothing in it makes markup, links, mentions or table cells. */
final class MarkdownText {
    private static final String ACTIVE = "&<>\"'`*_|\\[]()~#!@$^{}";

    private MarkdownText() {}

    /** Text among other text. */
    static String prose(final String text) {
        final StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (ACTIVE.indexOf(c) >= 0) {
                out.append("&#").append(c).append(';');
            } else {
                out.appendCodePoint(c);
            }
            if (c == '@') {
                // Mentions are made from the finished page; a zero-width space ends one.
                out.append("&#8203;");
            }
        });
        return out.toString().replace("://", "&#58;//").replace("www.", "www&#46;");
    }

    /** Text as code, in a line or a table cell. Not between backticks, which a table cell or a backtick would break. */
    static String code(final String text) {
        return "<code>" + prose(text).replace("&#8203;", "") + "</code>";
    }

    /** A block of code of one line, between fences longer than any in it. */
    static String block(final String line) {
        String fence = "```";
        while (line.contains(fence)) {
            fence += "`";
        }
        return fence + "sh\n" + line + "\n" + fence + "\n";
    }
}
