package io.vfiotce.tools.gate.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Names, figures and durations as a reader sees them. */
final class Text {
    private static final String ELLIPSIS = "\u2026";
    private static final MathContext FIVE_DIGITS = new MathContext(5);
    private static final long TWO_DAYS_S = 172_800;
    private static final double SMALL_EFFECT = 0.01;
    private static final double LARGE_EFFECT = 10;

    private Text() {}

    /**
     * A text in which nothing acts: control characters, line ends, what changes the direction of writing, lone surrogates
     * and unassigned characters are shown by their codes.
     */
    static String visible(final String text) {
        final StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.PRIVATE_USE,
                        Character.UNASSIGNED -> out.append(code(c));
                default -> out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    private static String code(final int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(Locale.ROOT, "\\u{%x}", c);
        };
    }

    /** A visible text of at most so many characters; of what is longer the beginning. */
    static String start(final String text, final int maxLength) {
        final String whole = visible(text);
        if (whole.length() <= maxLength) {
            return whole;
        }
        final int end = maxLength - 1;
        return whole.substring(0, Character.isLowSurrogate(whole.charAt(end)) ? end - 1 : end) + ELLIPSIS;
    }

    /** A visible text of at most so many characters; of what is longer the end, which tells benchmarks apart. */
    static String end(final String text, final int maxLength) {
        final String whole = visible(text);
        if (whole.length() <= maxLength) {
            return whole;
        }
        final int start = whole.length() - maxLength + 1;
        return ELLIPSIS + whole.substring(Character.isLowSurrogate(whole.charAt(start)) ? start + 1 : start);
    }

    /** An effect in percent with its sign: {@code +12.3%}. */
    static String effect(final double effect) {
        if (Double.isNaN(effect)) {
            return "n/a";
        }
        return (effect < 0 ? "-" : "+") + share(Math.abs(effect));
    }

    /** A share in percent: {@code 5.0%}, {@code 0.25%}. */
    static String share(final double share) {
        if (Double.isNaN(share)) {
            return "n/a";
        }
        if (Double.isInfinite(share)) {
            return share > 0 ? "inf" : "-inf";
        }
        final double size = Math.abs(share);
        final int decimals = size >= LARGE_EFFECT ? 0 : size < SMALL_EFFECT && size != 0 ? 2 : 1;
        return size > 1e9
                ? String.format(Locale.ROOT, "%.1e%%", 100 * share)
                : String.format(Locale.ROOT, "%." + decimals + "f%%", 100 * share);
    }

    /** An interval in percent: {@code [+10.1%, +14.6%]}. */
    static String interval(final Interval interval) {
        return "[" + effect(interval.lower()) + ", " + effect(interval.upper()) + "]";
    }

    /** A figure with five significant digits. */
    static String number(final double value) {
        if (Double.isNaN(value)) {
            return "n/a";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        final BigDecimal rounded = new BigDecimal(value).round(FIVE_DIGITS);
        final double size = Math.abs(value);
        return size != 0 && (size < 1e-4 || size >= 1e12)
                ? String.format(Locale.ROOT, "%.4e", rounded)
                : rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** A duration: {@code 11m40s}, {@code 45s}, {@code 1h02m}, {@code 3d}. */
    static String duration(final long durationMs) {
        final long seconds = durationMs / 1000;
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds >= TWO_DAYS_S) {
            return number(Math.floor(seconds / 86_400.0)) + "d";
        }
        return seconds < 3600
                ? String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%dh%02dm", seconds / 3600, seconds / 60 % 60);
    }

    /** A layer's name in a sentence. */
    static String name(final Layer layer) {
        return layer.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** A sign that tells a verdict apart without colour. */
    static String glyph(final Verdict verdict) {
        return switch (verdict) {
            case PASS -> "\u2713";
            case IMPROVED -> "\u25bc";
            case NEW -> "+";
            case WARN -> "!";
            case INCONCLUSIVE -> "?";
            case FAIL -> "\u2717";
            case INVALID -> "\u2298";
            case MISSING -> "\u2205";
        };
    }
}
