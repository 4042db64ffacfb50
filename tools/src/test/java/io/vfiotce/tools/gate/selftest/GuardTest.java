package io.vfiotce.tools.gate.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.ForkJob;
import io.vfiotce.tools.gate.run.ForkRunner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardTest {
    private final FakeGate clock = new FakeGate();
    private final List<Arm> ran = new ArrayList<>();
    private int looks;

    private ForkRunner guarded(final Guard guard, final boolean onlyCalm) {
        return guard.guarded(
                job -> {
                    ran.add(job.arm());
                    return null;
                },
                onlyCalm);
    }

    private static ForkJob job(final Arm arm, final boolean headFirst) {
        return new ForkJob(arm, Workspace.row("memory"), 1, 0, 0, headFirst);
    }

    @Test
    void shouldEndAPairWhenTheTimeIsUsedUpInside() throws InterruptedException {
        final ForkRunner forks = guarded(new Guard(clock, clock.nowMs() + 10, () -> ""), false);
        forks.run(job(Arm.HEAD, true));
        clock.sleepMs(20);
        forks.run(job(Arm.BASE, true));
        final PausedException e = assertThrows(PausedException.class, () -> forks.run(job(Arm.BASE, false)));
        assertFalse(e.isDisturbed());
        assertEquals(List.of(Arm.HEAD, Arm.BASE), ran);
    }

    @Test
    void shouldWaitUntilTheHostIsCalmWhenThatMatters() throws InterruptedException {
        final Guard guard = new Guard(clock, Long.MAX_VALUE, () -> looks++ < 3 ? "steal 9.0 %" : "");
        final long startMs = clock.nowMs();
        guarded(guard, true).run(job(Arm.BASE, false));
        assertEquals(4, looks);
        assertEquals(90_000, clock.nowMs() - startMs);
        guarded(guard, true).run(job(Arm.BASE, false));
        assertEquals(4, looks);
        clock.sleepMs(60_000);
        guarded(guard, true).run(job(Arm.BASE, false));
        assertEquals(5, looks);
    }

    @Test
    void shouldGiveUpWhenTheHostIsNeverCalm() {
        final Guard guard = new Guard(clock, Long.MAX_VALUE, () -> "steal 9.0 %");
        final PausedException e =
                assertThrows(PausedException.class, () -> guarded(guard, true).run(job(Arm.BASE, false)));
        assertTrue(e.isDisturbed());
        assertEquals(List.of(), ran);
    }

    @Test
    void shouldNotLookAtTheHostWhenItIsLoadedOnPurpose() throws InterruptedException {
        final Guard guard = new Guard(clock, Long.MAX_VALUE, () -> "steal 9.0 %");
        guarded(guard, false).run(job(Arm.BASE, false));
        assertEquals(List.of(Arm.BASE), ran);
    }
}
