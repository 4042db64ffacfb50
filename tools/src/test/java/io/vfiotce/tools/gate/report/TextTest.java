package io.vfiotce.tools.gate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void shouldShowWhatWouldAct() {
        assertEquals(
                "a\\nb\\r\\t\\u{1b}\\u{202e}\\u{d800}\u00e9\ud83d\ude00",
                Text.visible("a\nb\r\t\u001b\u202e\ud800\u00e9\ud83d\ude00"));
    }

    @Test
    void shouldNeverCutAPairOfSurrogatesNorExceedTheLength() {
        final String text = "\ud83d\ude00".repeat(10);
        for (int length = 3; length < 20; length++) {
            for (final String cut : new String[] {Text.start(text, length), Text.end(text, length)}) {
                assertEquals(Text.visible(cut), cut);
                assertEquals(true, cut.length() <= length && cut.length() >= length - 1);
            }
        }
        assertEquals("\u2026cdef", Text.end("abcdef", 5));
        assertEquals("abcd\u2026", Text.start("abcdef", 5));
        assertEquals("abcdef", Text.end("abcdef", 6));
    }

    @Test
    void shouldWriteEffectsWithSignAndFewDigits() {
        assertEquals("+12.3%", Text.effect(0.1234));
        assertEquals("-0.34%", Text.effect(-0.0034));
        assertEquals("+0.0%", Text.effect(0));
        assertEquals("+1234%", Text.effect(12.34));
        assertEquals("n/a", Text.effect(Double.NaN));
        assertEquals("+inf", Text.effect(Double.POSITIVE_INFINITY));
        assertEquals("-inf", Text.effect(Double.NEGATIVE_INFINITY));
        assertEquals("1.0e+302%", Text.share(1e300));
    }

    @Test
    void shouldWriteFiguresWithFiveDigits() {
        assertEquals("12.346", Text.number(12.34567));
        assertEquals("4096", Text.number(4096));
        assertEquals("0", Text.number(-0.0));
        assertEquals("1.1921e-07", Text.number(1.1920928955078125e-7));
        assertEquals("1.7977e+308", Text.number(Double.MAX_VALUE));
        assertEquals("n/a", Text.number(Double.NaN));
        assertEquals("-inf", Text.number(Double.NEGATIVE_INFINITY));
    }

    @Test
    void shouldWriteDurations() {
        assertEquals("45s", Text.duration(45_999));
        assertEquals("11m40s", Text.duration(700_000));
        assertEquals("1h02m", Text.duration(3_720_000));
    }
}
