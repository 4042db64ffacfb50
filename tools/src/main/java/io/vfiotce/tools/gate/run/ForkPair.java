package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.JmhMatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Two forks that ran one right after the other.
 *
 * @param first the one that went first
 * @param second the other
 */
record ForkPair(ForkRecord first, ForkRecord second) {
    static boolean isPair(final ForkRecord first, final ForkRecord second) {
        return !first.failed()
                && !second.failed()
                && second.job().arm() != first.job().arm()
                && second.job().equals(first.job().of(second.job().arm()));
    }

    ForkRecord of(final Arm arm) {
        return first.job().arm() == arm ? first : second;
    }

    ForkJob job() {
        return first.job();
    }

    /** Refuses arms that were not measured in the same way. */
    void requireComparable() {
        JmhMatch.requireSame(
                job().row().text(),
                of(Arm.BASE).measure().identity(),
                of(Arm.HEAD).measure().identity());
    }

    /** What breaks the rules in each fork, after the arm's name; empty if nothing does. */
    String complaint(final Validity validity, final Metric metric) {
        final List<String> complaints = new ArrayList<>();
        for (final Arm arm : Arm.values()) {
            final String complaint = validity.complaint(of(arm).measure(), metric);
            if (!complaint.isEmpty()) {
                complaints.add(arm.label() + ": " + complaint);
            }
        }
        return String.join("; ", complaints);
    }
}
