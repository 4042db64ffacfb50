package io.vfiotce.dma;

import static io.vfiotce.dma.DmaFixture.LIOBN;
import static io.vfiotce.dma.DmaFixture.SECOND_LIOBN;
import static io.vfiotce.dma.DmaFixture.SECOND_SLOT;
import static io.vfiotce.dma.DmaFixture.SECOND_START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.LinuxException;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.TestVm;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a device writes is marked in the dirty log, by every operation, and nothing else is. */
class DmaDirtyTest {
    private final DmaFixture vm = new DmaFixture();
    private final DirtyLog log = vm.test.vm().dma().dirtyLog();

    @AfterEach
    void close() {
        log.stop();
        vm.close();
    }

    private interface Collect {
        void into(DirtyPages pages);
    }

    private static Set<Long> collect(final DirtyLog log, final Collect collect) {
        final Set<Long> found = new TreeSet<>();
        try (DirtyPages pages = log.newPages()) {
            collect.into(pages);
            pages.forEach(0, -1, (address, bytes) -> {
                for (long at = address; at < address + bytes; at += 0x1000) {
                    found.add(at);
                }
            });
        }
        return found;
    }

    private Set<Long> guest() {
        return collect(log, pages -> log.collectGuest(0, -1, pages));
    }

    private Set<Long> bus(final long liobn) {
        return collect(log, pages -> log.collectWindow(liobn, 0, -1, pages));
    }

    private void assertDirty(final DmaContext nic, final Set<Long> bus, final Set<Long> gpas) {
        nic.offline();
        assertEquals(gpas, guest());
        assertEquals(bus, bus(LIOBN));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldMarkBothAddressesWhenADeviceWrites(final boolean hints) {
        vm.map(0x1000, 0x3003);
        vm.map(0x2000, SECOND_SLOT | 3);
        vm.map(0x5000, 0x6003);
        try (DmaContext nic = vm.open(hints)) {
            nic.store64(0x1000, 1);
            nic.store64(0x2000, 1);
            nic.offline();
            log.start(12);
            nic.load64(0x1000);
            nic.read(0x1000, new byte[0x2000], 0, 0x2000);
            nic.translate(0x2000, 1, DmaAccess.READ);
            assertDirty(nic, Set.of(), Set.of());
            for (int i = 0; i < 2; i++) {
                nic.store64(0x1000, 1);
                assertDirty(nic, Set.of(0x1000L), Set.of(0x3000L));
                nic.store32(0x2000, 1);
                assertDirty(nic, Set.of(0x2000L), Set.of(SECOND_SLOT));
                nic.fetchAdd64(0x1000, 1);
                assertDirty(nic, Set.of(0x1000L), Set.of(0x3000L));
                nic.compareAndSet32(0x1000, 99, 100);
                assertDirty(nic, Set.of(0x1000L), Set.of(0x3000L));
                nic.swap64(0x2000, 4);
                assertDirty(nic, Set.of(0x2000L), Set.of(SECOND_SLOT));
                nic.write(0x1FFF, new byte[2], 0, 2);
                assertDirty(nic, Set.of(0x1000L, 0x2000L), Set.of(0x3000L, SECOND_SLOT));
                nic.fill(0x1FFF, 2, (byte) 1);
                assertDirty(nic, Set.of(0x1000L, 0x2000L), Set.of(0x3000L, SECOND_SLOT));
                nic.copy(0x1000, 0x5000, 0x10);
                assertDirty(nic, Set.of(0x5000L), Set.of(0x6000L));
                nic.translate(0x1000, 8, DmaAccess.WRITE);
                assertDirty(nic, Set.of(0x1000L), Set.of(0x3000L));
                nic.scatter(0x1800, 0x1000, DmaAccess.WRITE, 0, 0);
                assertDirty(nic, Set.of(0x1000L, 0x2000L), Set.of(0x3000L, SECOND_SLOT));
            }
            // Refused: nothing was written.
            nic.store64(0x9000, 1);
            assertDirty(nic, Set.of(), Set.of());
            nic.store64(0x1000, 1);
            nic.offline();
            log.stop();
            log.start(12);
            assertDirty(nic, Set.of(), Set.of());
        }
    }

    @Test
    void shouldMarkOnlyTheBytesWhenThePageIsLarger() {
        vm.mapHigh(SECOND_START, SECOND_SLOT + 0x1_0000 | 3);
        try (DmaContext nic = vm.open(true)) {
            log.start(12);
            nic.write(SECOND_START + 0x2FF0, new byte[0x1020], 0, 0x1020);
            nic.offline();
            assertEquals(Set.of(SECOND_SLOT + 0x1_2000, SECOND_SLOT + 0x1_3000, SECOND_SLOT + 0x1_4000), guest());
            assertEquals(
                    Set.of(SECOND_START + 0x2000, SECOND_START + 0x3000, SECOND_START + 0x4000), bus(SECOND_LIOBN));
            assertEquals(Set.of(), bus(LIOBN));
        }
    }

    @Test
    void shouldReturnTheMarksWhenThePageIsUnmapped() {
        vm.map(0x1000, 0x3003);
        try (DmaContext nic = vm.open(true)) {
            log.start(12);
            nic.store64(0x1000, 1);
            vm.map(0x1000, 0);
            nic.store64(0x1000, 1);
            assertDirty(nic, Set.of(0x1000L), Set.of(0x3000L));
        }
    }

    @Test
    void shouldCostNoWalkWhenLoggingIsOffAgain() {
        vm.map(0x1000, 0x3003);
        try (DmaContext nic = vm.open(true)) {
            log.start(12);
            nic.store64(0x1000, 1);
            nic.store64(0x1000, 1);
            assertEquals(2, nic.walks());
            nic.load64(0x1000);
            nic.load64(0x1000);
            assertEquals(3, nic.walks());
            log.stop();
            nic.store64(0x1000, 1);
            nic.store64(0x1000, 1);
            assertEquals(4, nic.walks());
        }
    }

    @Test
    void shouldMarkTheGuestPageWhenTheDeviceIsBehindHardware() {
        try (PassThroughVm pass = new PassThroughVm(1, PassThroughVm.Entry.REAL, 16).memory(0, 1 << 20)) {
            pass.memory(1 << 24, 1 << 20, PassThroughVm.UA - (1 << 24));
            pass.passThrough(16);
            pass.window(TestVm.LIOBN, 12, 0, 64);
            pass.vcpu().hcall(Hcall.H_PUT_TCE, TestVm.LIOBN, 0x1000, (1 << 24) + 0x5000 | 3, 0);
            pass.offline();
            final DirtyLog hardwareLog = pass.vm().dma().dirtyLog();
            final int id = pass.host().groups().get(0).id();
            try (DmaContext vf =
                    pass.vm().dma().openContext("vf", pass.host().groups().get(0))) {
                hardwareLog.start(12);
                vf.store64(0x1008, 1);
                vf.offline();
                assertEquals(
                        Set.of((1L << 24) + 0x5000),
                        collect(hardwareLog, pages -> hardwareLog.collectGuest(0, -1, pages)));
                assertEquals(
                        Set.of(0x1000L), collect(hardwareLog, pages -> hardwareLog.collectGroup(id, 0, -1, pages)));
            }
            assertThrows(IllegalStateException.class, pass.vm().dma()::close);
            hardwareLog.stop();
        }
    }

    @Test
    void shouldWaitForTheWriteWhenMarksAreCollected() {
        vm.map(0x1000, 0x3003);
        try (DmaContext nic = vm.open(true)) {
            log.start(12);
            nic.begin();
            nic.translate(0x1000, 8, DmaAccess.WRITE);
            try (DirtyPages pages = log.newPages()) {
                assertTrue(assertThrows(LinuxException.class, () -> log.collectGuest(0, -1, pages))
                        .getMessage()
                        .contains("nic is late"));
            }
            nic.end();
        }
    }

    @Test
    void shouldMarkNoMoreThanIsWrittenWhenAWindowIsBypassed() {
        vm.low.userspaceSide().setBypass(true, vm.test.vm().process().changes());
        try (DmaContext nic = vm.open(true)) {
            log.start(12);
            assertEquals(DmaStatus.OK, nic.fill(0x1ff8, 16, (byte) 1));
            assertDirty(nic, Set.of(0x1000L, 0x2000L), Set.of(0x1000L, 0x2000L));
            assertEquals(DmaStatus.OK, nic.write(0x5000, new byte[8], 0, 8));
            assertDirty(nic, Set.of(0x5000L), Set.of(0x5000L));
            // More than is moved at once: each piece is marked by itself.
            assertEquals(DmaStatus.OK, nic.fill(0x10000, 0x20000, (byte) 1));
            nic.offline();
            assertEquals(32, guest().size());
        }
    }
}
