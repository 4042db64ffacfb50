package io.vfiotce.handoff;

import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.support.ScriptedIdle;
import io.vfiotce.telemetry.HcallCounters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A vCPU of two, and a handler that does what a test tells it, in one thread. */
abstract class SharedPortFixture {
    static final int CELL = 0;
    static final int OTHER = 1;
    static final long STATUS = H_PARAMETER;

    @TempDir
    Path temporary;

    final ScriptedIdle idle = new ScriptedIdle();
    final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
    final HcallCounters counters = new HcallCounters(offHeap);
    final HcallCounters otherCounters = new HcallCounters(offHeap);
    SharedHandoff handoff;
    HandoffPort port;
    HandoffPort otherPort;
    HandlerDouble peer;

    @BeforeEach
    void open() {
        handoff = handoff(AnswerLimit.PROCESS);
        port = handoff.openPort(counters);
        otherPort = handoff.openPort(otherCounters);
        peer = new HandlerDouble(directory());
    }

    Path directory() {
        return temporary.resolve("handoff");
    }

    SharedHandoff handoff(final AnswerLimit limit) {
        return SharedHandoff.create(
                directory(),
                new SharedHandoffConfig()
                        .maxVcpus(2)
                        .maxRecords(4)
                        .clock(idle)
                        .answerLimit(limit)
                        .vcpuIdle(() -> idle));
    }

    @AfterEach
    void close() {
        peer.close();
        port.close();
        otherPort.close();
        handoff.close();
        counters.free();
        otherCounters.free();
        assertEquals(0, offHeap.allocatedBytes());
    }

    boolean call() {
        return port.exchange(0x20, 1, 2, 3, 4, 0);
    }

    void answerRightly() {
        peer.answer(CELL, STATUS, 1, 2, 3, 4);
    }

    void assertAnswered() {
        idle.once(this::answerRightly);
        assertTrue(call());
        assertEquals(STATUS, port.status());
        assertEquals(1, port.effect());
        assertEquals(2, port.firstEntry());
        assertEquals(3, port.count());
        assertEquals(4, port.generation());
    }

    void assertCounted(final long bad, final long late, final long fenced) {
        assertEquals(
                List.of(bad, late, fenced),
                List.of(counters.badAnswers(), counters.lateAnswers(), counters.fencedCalls()),
                "bad, late, fenced");
    }
}
