package io.vfiotce.tools.chaos;

import io.vfiotce.handoff.Handoff;
import io.vfiotce.handoff.HandoffPort;
import io.vfiotce.telemetry.HcallCounters;
import java.util.ArrayList;
import java.util.List;

/** A hand-off that notes what goes through it and what of it is applied. */
final class JournaledHandoff implements Handoff {
    private final Handoff handoff;
    private final List<JournaledPort> ports = new ArrayList<>();

    JournaledHandoff(final Handoff handoff) {
        this.handoff = handoff;
    }

    @Override
    public synchronized HandoffPort openPort(final HcallCounters counters) {
        final JournaledPort port = new JournaledPort(handoff.openPort(counters));
        ports.add(port);
        return port;
    }

    /** The port of a vCPU, in the order in which they were made. */
    synchronized JournaledPort port(final int index) {
        return ports.get(index);
    }

    @Override
    public boolean windowAdded(
            final long liobn,
            final int pageShift,
            final long offsetPages,
            final long sizePages,
            final long generation) {
        return handoff.windowAdded(liobn, pageShift, offsetPages, sizePages, generation);
    }

    @Override
    public void windowRemoved(final long generation) {
        handoff.windowRemoved(generation);
    }
}
