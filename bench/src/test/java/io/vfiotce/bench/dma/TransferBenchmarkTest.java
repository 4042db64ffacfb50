package io.vfiotce.bench.dma;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.bench.DmaMachine;
import io.vfiotce.bench.Machine;
import io.vfiotce.dma.DmaAccess;
import io.vfiotce.dma.DmaStatus;
import io.vfiotce.memory.RawMemory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads and bare copies move the same bytes, and lists say where they lie. */
class TransferBenchmarkTest {
    private static final int PAGE_BYTES = 1 << Machine.PAGE_SHIFT;
    private static DmaMachine machine;

    @BeforeAll
    static void start() {
        machine = new DmaMachine().start();
        for (long ioba = 0; ioba < (long) DmaMachine.PAGES * PAGE_BYTES; ioba += Long.BYTES) {
            RawMemory.setLongRelease(machine.address(ioba), ioba + 1);
        }
    }

    @AfterAll
    static void stop() {
        machine.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 64, 512, 4096, 65536})
    void shouldMoveTheSameBytesWhenADeviceReadsAndWhenTheyAreCopied(final int bytes) {
        final TransferBenchmark.Reads reads = new TransferBenchmark.Reads(machine);
        reads.bytes = bytes;
        reads.setup();
        final TransferBenchmark benchmark = new TransferBenchmark();
        for (int i = 0; i < 10; i++) {
            final long ioba = benchmark.bareCopy(reads);
            assertBuffer(ioba, bytes);
            RawMemory.fill(machine.bufferAddress(), bytes, (byte) 0);
            reads.back();
            assertEquals(DmaStatus.OK, benchmark.read(reads));
            assertBuffer(ioba, bytes);
        }
    }

    private static void assertBuffer(final long ioba, final int bytes) {
        for (int at = 0; at < bytes; at += Long.BYTES) {
            assertEquals(ioba + at + 1, RawMemory.longAcquire(machine.bufferAddress() + at));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 64})
    void shouldSayWhereThePagesLieWhenAListIsMade(final int pages) {
        final int status =
                machine.hinted.scatter(0, (long) pages * PAGE_BYTES, DmaAccess.READ, machine.bufferAddress(), pages);
        assertEquals(DmaStatus.OK, status);
        long ioba = 0;
        for (int segment = 0; segment < machine.hinted.segments(); segment++) {
            final long at = machine.bufferAddress() + segment * 2L * Long.BYTES;
            assertEquals(machine.address(ioba), RawMemory.longAcquire(at));
            ioba += RawMemory.longAcquire(at + Long.BYTES);
        }
        assertEquals((long) pages * PAGE_BYTES, ioba);
    }

    @Test
    void shouldBeAListOfManySegmentsWhenPagesAreScattered() {
        machine.hinted.scatter(0, 64L * PAGE_BYTES, DmaAccess.READ, machine.bufferAddress(), 64);
        assertEquals(64, machine.hinted.segments());
    }
}
