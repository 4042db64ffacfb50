package io.vfiotce.tools.gate.config;

import java.time.LocalDate;
import java.util.regex.Pattern;

/**
 * A commit that cannot be built, and therefore cannot be the base of a comparison.
 *
 * @param commit its full hash
 * @param expires last day on which this holds
 * @param reason why
 * @param owner who answers for it, or the issue where it is followed up
 */
public record BaseWaiver(String commit, LocalDate expires, String reason, String owner) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    static BaseWaiver read(final ConfigObject from) {
        final BaseWaiver result =
                new BaseWaiver(from.text("commit"), Waiver.date(from), from.text("reason"), from.text("owner"));
        if (!HASH.matcher(result.commit).matches()) {
            throw from.wrong("commit", "is no full hash of a commit");
        }
        from.finish();
        return result;
    }
}
