package io.vfiotce.papr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which statuses a guest may see. */
class HStatusTest {
    @ParameterizedTest
    @CsvSource({
        "0, true",
        "-1, true",
        "-2, true",
        "-3, true",
        "-4, true",
        "-44, true",
        "1, false",
        "-5, false",
        "-43, false",
        "-45, false",
        "9999, false",
        "-9999, false",
        "4294967295, false",
        "4294967292, false",
        "9223372036854775807, false",
        "-9223372036854775808, false"
    })
    void shouldTellGuestStatusesFromOthersWhenAsked(final long status, final boolean visible) {
        assertEquals(visible, HStatus.isGuestVisible(status));
    }

    @ParameterizedTest
    @CsvSource({
        "0, true",
        "1, true",
        "15, true",
        "16, false",
        "-58, true",
        "-256, true",
        "-257, false",
        "9899, false",
        "9900, true",
        "9905, true",
        "9906, false",
        "9999, false",
        "4294967295, false"
    })
    void shouldKnowWhatAnyHypercallMayEndWithWhenAsked(final long status, final boolean defined) {
        assertEquals(defined, HStatus.isDefined(status));
    }
}
