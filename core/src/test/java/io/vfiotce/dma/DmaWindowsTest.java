package io.vfiotce.dma;

import static io.vfiotce.dma.DmaAccess.READ;
import static io.vfiotce.dma.DmaAccess.READ_WRITE;
import static io.vfiotce.dma.DmaAccess.WRITE;
import static io.vfiotce.dma.DmaFixture.LIOBN;
import static io.vfiotce.dma.DmaFixture.SECOND_LIOBN;
import static io.vfiotce.dma.DmaFixture.SECOND_SLOT;
import static io.vfiotce.dma.DmaFixture.SECOND_START;
import static io.vfiotce.dma.DmaFixture.translate;
import static io.vfiotce.dma.DmaStatus.DETACHED;
import static io.vfiotce.dma.DmaStatus.OK;
import static io.vfiotce.dma.DmaStatus.OUTSIDE;
import static io.vfiotce.dma.DmaStatus.PERMISSION;
import static io.vfiotce.dma.DmaStatus.UNBACKED;
import static io.vfiotce.dma.DmaStatus.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which window, and which part of its table, a bus address leads to. */
class DmaWindowsTest {
    private final DmaFixture vm = new DmaFixture();

    @AfterEach
    void close() {
        vm.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBeOutsideWhenNoWindowHoldsTheAddress(final boolean hints) {
        try (DmaContext nic = vm.open(hints);
                DmaContext second =
                        vm.test.vm().dma().openContext(new DmaConfig("second").hints(hints), SECOND_LIOBN)) {
            for (final long ioba : new long[] {DmaFixture.END, DmaFixture.END + 0x1000, 1L << 59, Long.MIN_VALUE, -1}) {
                assertEquals(OUTSIDE, translate(nic, ioba, 1, READ));
                assertEquals(OUTSIDE, translate(second, ioba, 1, READ));
            }
            assertEquals(UNMAPPED, translate(nic, DmaFixture.END - 1, 1, READ));
            assertEquals(UNMAPPED, translate(second, DmaFixture.END - 1, 1, READ));
            assertEquals(UNMAPPED, translate(nic, SECOND_START - 1, 1, READ));
            assertEquals(OUTSIDE, translate(second, SECOND_START - 1, 1, READ));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFindEachLeafWhenPagesLieInSeveral(final boolean hints) {
        final TceTable table = vm.test.window(LIOBN + 7, 12, 3, 20_000);
        final long[] entries = {0, 8191, 8192, 16_383, 16_384, 19_999};
        try (DmaContext nic = vm.test.vm().dma().openContext(new DmaConfig("nic").hints(hints), LIOBN + 7)) {
            assertEquals(UNMAPPED, translate(nic, 3 << 12, 8, READ));
            for (int i = 0; i < entries.length; i++) {
                table.fill(entries[i], 1, (long) i << 12 | 3);
            }
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < entries.length; i++) {
                    assertEquals(OK, translate(nic, (3 + entries[i] << 12) + 0xFF8, 8, READ));
                    assertEquals(vm.address(((long) i << 12) + 0xFF8), nic.address());
                    assertEquals(UNMAPPED, translate(nic, 10_000 << 12, 8, READ));
                }
            }
            assertEquals(OUTSIDE, translate(nic, 20_003 << 12, 8, READ));
            assertEquals(OUTSIDE, translate(nic, 2 << 12, 8, READ));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeTheHigherWindowWhenTwoOverlap(final boolean hints) {
        final TceTable higher = vm.test.window(LIOBN + 7, 12, 16, 4);
        try (DmaContext nic = vm.test.vm().dma().openContext(new DmaConfig("nic").hints(hints), LIOBN, LIOBN + 7)) {
            vm.map(0xF000, 0x5003);
            vm.map(0x1_0000, 0x6003);
            higher.fill(0, 1, 0x7003);
            assertEquals(OK, translate(nic, 0xF000, 8, READ));
            assertEquals(vm.address(0x5000), nic.address());
            assertEquals(OK, translate(nic, 0x1_0000, 8, READ));
            assertEquals(vm.address(0x7000), nic.address());
            assertEquals(OUTSIDE, translate(nic, 0x1_4000, 8, READ));
            assertEquals(OK, translate(nic, 0xF000, 8, READ));
            assertEquals(vm.address(0x5000), nic.address());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFollowTheWindowsWhenTheyComeAndGo(final boolean hints) {
        final long liobn = LIOBN + 7;
        try (DmaContext nic = vm.test.vm().dma().openContext(new DmaConfig("late").hints(hints), liobn, LIOBN + 8)) {
            assertEquals(DETACHED, translate(nic, 0x3000, 8, READ));
            final int fd = vm.test.vm().createSpaprTce64(new WindowGeometry(liobn, 12, 0, 16));
            assertEquals(UNMAPPED, translate(nic, 0x3000, 8, READ));
            assertEquals(OUTSIDE, translate(nic, 0x1_0000, 8, READ));
            try (UserspaceWindow other = vm.test.vm().createUserspaceWindow(new WindowGeometry(LIOBN + 8, 12, 16, 1))) {
                other.table().fill(0, 1, 0x5003);
                assertEquals(OK, translate(nic, 0x1_0000, 8, READ));
                assertEquals(UNMAPPED, translate(nic, 0x3000, 8, READ));
            }
            assertEquals(OUTSIDE, translate(nic, 0x1_0000, 8, READ));
            vm.test.vm().files().close(fd);
            assertEquals(DETACHED, translate(nic, 0x3000, 8, READ));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTranslateNothingWhileAWindowIsBypassed(final boolean hints) {
        try (DmaContext nic = vm.open(hints)) {
            vm.map(0x3000, 0x5001);
            assertEquals(OK, translate(nic, 0x3000, 8, READ));
            vm.high.userspaceSide().setBypass(true, vm.test.vm().process().changes());
            assertEquals(OK, translate(nic, 0x3000, 0x2000, READ_WRITE));
            assertEquals(vm.address(0x3000), nic.address());
            assertEquals(OK, translate(nic, SECOND_SLOT + 0x123, 8, WRITE));
            assertEquals(vm.address(SECOND_SLOT + 0x123), nic.address());
            assertEquals(UNBACKED, translate(nic, DmaFixture.SLOT_BYTES, 8, READ));
            assertEquals(UNBACKED, translate(nic, 1L << 63, 8, READ));
            vm.high.userspaceSide().setBypass(false, vm.test.vm().process().changes());
            assertEquals(PERMISSION, translate(nic, 0x3000, 8, READ_WRITE));
            assertEquals(OK, translate(nic, 0x3000, 8, READ));
            assertEquals(vm.address(0x5000), nic.address());
        }
    }

    @Test
    void shouldTakeTheKernelTableWhenTheHandlerHasAnotherOfTheLiobn() {
        final long liobn = LIOBN + 7;
        final WindowGeometry geometry = new WindowGeometry(liobn, 12, 0, 16);
        try (UserspaceWindow window = vm.test.vm().createUserspaceWindow(geometry);
                DmaContext nic = vm.test.vm().dma().openContext("nic", liobn)) {
            window.table().fill(0, 1, 0x5003);
            assertEquals(OK, translate(nic, 0, 8, READ));
            final int fd = vm.test.vm().createSpaprTce64(geometry);
            assertEquals(UNMAPPED, translate(nic, 0, 8, READ));
            vm.test.vm().files().close(fd);
            assertEquals(OK, translate(nic, 0, 8, READ));
        }
    }
}
