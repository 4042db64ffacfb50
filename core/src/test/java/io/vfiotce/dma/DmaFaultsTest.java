package io.vfiotce.dma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The record of what a device was refused. */
class DmaFaultsTest {
    private final DmaFixture vm = new DmaFixture();
    private final List<String> found = new ArrayList<>();

    @AfterEach
    void close() {
        vm.close();
    }

    private int poll(final DmaContext nic, final int limit) {
        return nic.faults()
                .poll(
                        (sequence, reason, access, ioba, length) -> found.add(sequence + " " + DmaStatus.name(reason)
                                + " " + DmaAccess.name(access) + " " + Long.toHexString(ioba) + " " + length),
                        limit);
    }

    @Test
    void shouldTellReasonsApartWhenAccessesAreRefused() {
        try (DmaContext nic = vm.open(true);
                DmaContext lone = vm.test.vm().dma().openContext("lone", DmaFixture.LIOBN + 9)) {
            vm.map(0x1000, 0x2001);
            vm.map(0x2000, DmaFixture.SLOT_BYTES | 3);
            nic.translate(0x10, 4, DmaAccess.READ);
            nic.store64(0x1008, 1);
            nic.fetchAdd32(DmaFixture.END, 1);
            nic.fill(0x2000, 0x3000, (byte) 1);
            // Starts well, ends at the page that is not mapped.
            nic.read(0x1FFE, new byte[4], 0, 4);
            nic.read(0x1FFE, new byte[2], 0, 2);
            nic.load64(3);
            nic.scatter(0x1000, 0x1000, DmaAccess.READ, 0, 0);
            lone.load32(0);
            assertEquals(5, poll(nic, 10));
            assertEquals(1, poll(lone, 10));
            assertEquals(0, poll(nic, 10));
            assertEquals(
                    List.of(
                            "0 UNMAPPED READ 10 4",
                            "1 PERMISSION WRITE 1008 8",
                            "2 OUTSIDE READ_WRITE c0000 4",
                            "3 UNBACKED WRITE 2000 12288",
                            "4 UNBACKED READ 2000 2",
                            "0 DETACHED READ 0 4"),
                    found);
        }
    }

    @Test
    void shouldKeepTheOldestAndCountTheOthersWhenItIsFull() {
        try (DmaContext nic = vm.test.vm().dma().openContext(new DmaConfig("nic").faultCapacity(3), DmaFixture.LIOBN)) {
            for (int i = 0; i < 6; i++) {
                nic.load32(i * 4L);
            }
            assertEquals(2, nic.faults().dropped());
            assertEquals(1, poll(nic, 1));
            nic.load32(0x40);
            nic.load32(0x44);
            assertEquals(3, nic.faults().dropped());
            assertEquals(4, poll(nic, 100));
            assertEquals(0, poll(nic, -1));
            assertEquals(
                    List.of(
                            "0 UNMAPPED READ 0 4",
                            "1 UNMAPPED READ 4 4",
                            "2 UNMAPPED READ 8 4",
                            "3 UNMAPPED READ c 4",
                            "6 UNMAPPED READ 40 4"),
                    found);
        }
    }

    @Test
    void shouldGoOnBehindTheFaultWhenAConsumerThrows() {
        try (DmaContext nic = vm.open(true)) {
            nic.load32(0);
            nic.load32(4);
            assertThrows(
                    IllegalStateException.class,
                    () -> nic.faults()
                            .poll(
                                    (sequence, reason, access, ioba, length) -> {
                                        throw new IllegalStateException();
                                    },
                                    2));
            assertEquals(1, poll(nic, 2));
            assertEquals(List.of("1 UNMAPPED READ 4 4"), found);
        }
    }

    @Test
    void shouldHaveNothingWhenTheContextIsClosed() {
        final DmaContext nic = vm.open(true);
        nic.load32(0);
        nic.close();
        assertEquals(0, poll(nic, 2));
        assertEquals(0, nic.faults().dropped());
    }

    @Test
    void shouldLoseNoneButTheDroppedWhenAnotherThreadTakesThem() throws InterruptedException {
        final int accesses = 200_000;
        try (DmaContext nic =
                vm.test.vm().dma().openContext(new DmaConfig("nic").faultCapacity(64), DmaFixture.LIOBN)) {
            final Thread device = new Thread(() -> {
                for (int i = 0; i < accesses; i++) {
                    nic.translate((i & 63) << 12, i, DmaAccess.READ);
                }
            });
            final long[] state = {-1, 0, 0};
            final DmaFaultConsumer consumer = (sequence, reason, access, ioba, length) -> {
                if (sequence <= state[0]
                        || length != sequence
                        || ioba != (sequence & 63) << 12
                        || reason != DmaStatus.UNMAPPED
                        || access != DmaAccess.READ) {
                    state[2]++;
                }
                state[0] = sequence;
                state[1]++;
            };
            device.start();
            while (device.isAlive()) {
                nic.faults().poll(consumer, 16);
            }
            device.join();
            nic.faults().poll(consumer, 64);
            assertEquals(0, state[2]);
            assertEquals(accesses, state[1] + nic.faults().dropped());
        }
    }
}
