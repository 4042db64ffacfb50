package io.vfiotce.tools.gate.report;

/** Builds HTML and the SVG within it. Whatever is text or the value of an attribute is made visible and escaped here. */
final class Markup {
    private final StringBuilder out = new StringBuilder();

    /** Opens an element; attributes are names and values in turn, and one whose value is null is left out. */
    Markup open(final String element, final String... attributes) {
        return start(element, attributes).raw(">");
    }

    /** An element without content. */
    Markup empty(final String element, final String... attributes) {
        return start(element, attributes).raw("/>");
    }

    Markup close(final String element) {
        return raw("</").raw(element).raw(">");
    }

    /** An element that holds only text. */
    Markup leaf(final String element, final String text, final String... attributes) {
        return open(element, attributes).text(text).close(element);
    }

    Markup text(final String text) {
        return raw(escaped(text));
    }

    /** Appends what is markup already. */
    Markup raw(final String markup) {
        out.append(markup);
        return this;
    }

    Markup line() {
        return raw("\n");
    }

    private Markup start(final String element, final String... attributes) {
        raw("<").raw(element);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                raw(" ").raw(attributes[i]).raw("=\"").text(attributes[i + 1]).raw("\"");
            }
        }
        return this;
    }

    private static String escaped(final String text) {
        return Text.visible(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
