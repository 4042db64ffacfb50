package io.vfiotce.tools.chaos;

import java.io.IOException;
import java.util.Random;

/** What may happen to the file that the handler answers in, as a file. */
final class FileFaults {
    private static final int FENCE_POLLS = 200;
    private static final int POLL_MICROS = 100;
    private static final int MAX_OUTAGE_MICROS = 300_000;

    private final ChaosRig rig;
    private final ResponseFile file;
    private final ProcessFaults process;

    FileFaults(final ChaosRig rig, final ResponseFile file) {
        this.rig = rig;
        this.file = file;
        process = new ProcessFaults(rig);
    }

    /** Cuts it and makes it whole again, either once the VM has found out or at once, within the calls under way. */
    boolean truncate(final Random random) throws IOException {
        final long[] underWay = rig.underWay();
        file.cut(random);
        final int polls = random.nextBoolean() ? FENCE_POLLS : 0;
        for (int i = 0; i < polls && !rig.isFenced(); i++) {
            Pause.ofMicros(POLL_MICROS);
        }
        file.restore();
        rig.reset();
        return underWay[0] != 0 || underWay[1] != 0;
    }

    /** Puts another file in its place: who has it open goes on, and a new handler refuses the other. */
    boolean replace(final Random random) throws IOException {
        file.replace(random);
        return outlive(random);
    }

    /** Deletes it, likewise. */
    boolean delete(final Random random) throws IOException {
        file.delete();
        return outlive(random);
    }

    private boolean outlive(final Random random) throws IOException {
        rig.awaitService();
        final boolean isCaught = process.kill(random);
        Pause.ofMicros(random.nextInt(MAX_OUTAGE_MICROS));
        file.restore();
        return isCaught;
    }
}
