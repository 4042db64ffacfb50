package io.vfiotce.dma;

import static io.vfiotce.dma.DmaAccess.READ;
import static io.vfiotce.dma.DmaAccess.READ_WRITE;
import static io.vfiotce.dma.DmaAccess.WRITE;
import static io.vfiotce.dma.DmaFixture.LIOBN;
import static io.vfiotce.dma.DmaFixture.SECOND_SLOT;
import static io.vfiotce.dma.DmaFixture.SECOND_START;
import static io.vfiotce.dma.DmaFixture.translate;
import static io.vfiotce.dma.DmaStatus.OK;
import static io.vfiotce.dma.DmaStatus.PERMISSION;
import static io.vfiotce.dma.DmaStatus.UNBACKED;
import static io.vfiotce.dma.DmaStatus.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.HostIommu;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.support.TestVm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From bus addresses to addresses of the process, by the guest view, with and without hints. */
class DmaTranslateTest {
    private final DmaFixture vm = new DmaFixture();

    @AfterEach
    void close() {
        vm.close();
    }

    @ParameterizedTest(name = "TCE permissions {0}, access {1}: status {2}")
    @CsvSource({
        "0, 1, 1", "0, 2, 1", "0, 3, 1",
        "1, 1, 0", "1, 2, 2", "1, 3, 2",
        "2, 1, 2", "2, 2, 0", "2, 3, 2",
        "3, 1, 0", "3, 2, 0", "3, 3, 0"
    })
    void shouldAskTheTceForEveryDirectionWhenAPageIsTranslated(
            final long permissions, final int access, final int status) {
        for (final boolean hints : new boolean[] {true, false}) {
            try (DmaContext nic = vm.open(hints)) {
                vm.map(0x5000, 0x7000 | permissions);
                vm.mapHigh(SECOND_START, SECOND_SLOT | permissions);
                for (int other = READ; other <= READ_WRITE; other++) {
                    // Whatever hint there is from another access.
                    nic.translate(0x5000, 1, other);
                    nic.translate(SECOND_START, 1, other);
                    assertEquals(status, translate(nic, 0x5123, 8, access));
                    assertEquals(status == OK ? vm.address(0x7123) : 0, nic.address());
                    assertEquals(status, translate(nic, SECOND_START + 0xFFFF, 8, access));
                    assertEquals(status == OK ? vm.address(SECOND_SLOT + 0xFFFF) : 0, nic.address());
                    assertEquals(status == OK ? 1 : 0, nic.lengthBytes());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEndAtThePageWhenMoreIsWanted(final boolean hints) {
        try (DmaContext nic = vm.open(hints)) {
            vm.map(0, 0x1003);
            vm.map(0x1000, 0x2003);
            assertEquals(OK, translate(nic, 0, 0x2000, READ));
            assertEquals(0x1000, nic.lengthBytes());
            assertEquals(OK, translate(nic, 0xFFF, Long.MAX_VALUE, READ));
            assertEquals(1, nic.lengthBytes());
            assertEquals(OK, translate(nic, 0x10, 5, READ));
            assertEquals(5, nic.lengthBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEndAtTheSlotWhenThePageIsLarger(final boolean hints) {
        try (DmaContext nic = vm.open(hints)) {
            vm.test.vm().addMemslot(Memslot.of(0x10_1000, GuestMemory.sparse(0x3000)));
            vm.mapHigh(SECOND_START, 0x10_0003);
            assertEquals(UNBACKED, translate(nic, SECOND_START, 1, READ));
            assertEquals(OK, translate(nic, SECOND_START + 0x1000, 0x1_0000, READ));
            assertEquals(0x3000, nic.lengthBytes());
            assertEquals(OK, translate(nic, SECOND_START + 0x3FFF, 0x1_0000, READ));
            assertEquals(1, nic.lengthBytes());
            assertEquals(UNBACKED, translate(nic, SECOND_START + 0x4000, 1, READ));
            // A slot that begins with the page.
            vm.test.vm().addMemslot(Memslot.of(0x14_0000, GuestMemory.sparse(0x3000)));
            vm.mapHigh(SECOND_START, 0x14_0003);
            assertEquals(OK, translate(nic, SECOND_START, 0x1_0000, READ));
            assertEquals(0x3000, nic.lengthBytes());
            assertEquals(UNBACKED, translate(nic, SECOND_START + 0x3000, 1, READ));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSayUnbackedWhenATcePointsToNoMemory(final boolean hints) {
        try (DmaContext nic = vm.open(hints)) {
            vm.map(0x3000, DmaFixture.SLOT_BYTES | 3);
            vm.map(0x4000, -0x1000 | 3);
            assertEquals(UNBACKED, translate(nic, 0x3000, 1, READ));
            assertEquals(UNBACKED, translate(nic, 0x4FFF, 1, WRITE));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 7, -1, Integer.MIN_VALUE + 1})
    void shouldRefuseWhatIsNoAccessWhereverItLeads(final int access) {
        for (final boolean hints : new boolean[] {true, false}) {
            try (DmaContext nic = vm.open(hints)) {
                vm.map(0x3000, 0x5003);
                for (int valid = READ; valid <= READ_WRITE; valid++) {
                    assertEquals(OK, nic.translate(0x3000, 8, valid));
                }
                assertEquals(PERMISSION, translate(nic, 0x3000, 8, access));
                assertEquals(PERMISSION, translate(nic, 0x4000, 8, access));
                assertEquals(PERMISSION, translate(nic, DmaFixture.END, 8, access));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldIgnoreReservedBitsWhenATceHasThem(final boolean hints) {
        try (DmaContext nic = vm.open(hints)) {
            vm.map(0x3000, 0x5FF7);
            assertEquals(OK, translate(nic, 0x3004, 1, READ_WRITE));
            assertEquals(vm.address(0x5004), nic.address());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSeeTheNewTceWhenAPageIsMappedAnew(final boolean hints) {
        try (DmaContext nic = vm.open(hints)) {
            vm.map(0x3000, 0x5003);
            assertEquals(OK, translate(nic, 0x3000, 1, WRITE));
            vm.map(0x3000, 0x6001);
            assertEquals(PERMISSION, translate(nic, 0x3000, 1, WRITE));
            assertEquals(OK, translate(nic, 0x3000, 1, READ));
            assertEquals(vm.address(0x6000), nic.address());
            vm.map(0x3000, 0);
            assertEquals(UNMAPPED, translate(nic, 0x3000, 1, READ));
            vm.map(0x3000, 0x5003);
            assertEquals(OK, translate(nic, 0x3000, 1, WRITE));
            assertEquals(vm.address(0x5000), nic.address());
        }
    }

    @Test
    void shouldWalkOnceWhenAHintIsThere() {
        try (DmaContext nic = vm.open(true);
                DmaContext walker = vm.open(false)) {
            for (long page = 0; page < 56; page++) {
                vm.map(page << 12, page << 12 | 3);
            }
            for (int i = 0; i < 560; i++) {
                final long ioba = (i % 56L) << 12 | 8;
                assertEquals(OK, nic.translate(ioba, 8, 1 + i % 3));
                assertEquals(vm.address(ioba), nic.address());
                assertEquals(OK, walker.translate(ioba, 8, READ));
            }
            // Each kind of access has hints of its own.
            assertEquals(3 * 56, nic.walks());
            assertEquals(560, walker.walks());
            vm.map(0x3000, 0x3001);
            assertEquals(OK, nic.translate(0x3000, 8, READ));
            assertEquals(OK, nic.translate(0x3000, 8, READ));
            assertEquals(3 * 56 + 1, nic.walks());
        }
    }

    @Test
    void shouldKeepHintsWhenTheDeviceWasOfflineAndNothingChanged() {
        try (DmaContext nic = vm.open(true)) {
            vm.map(0x3000, 0x3003);
            for (int i = 0; i < 3; i++) {
                assertEquals(OK, nic.translate(0x3000, 8, READ));
                nic.offline();
            }
            assertEquals(1, nic.walks());
            vm.test.vm().removeMemslot(0);
            assertEquals(UNBACKED, nic.translate(0x3000, 8, READ));
            assertEquals(2, nic.walks());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTranslateNoMoreWhenItIsClosed(final boolean hints) {
        final DmaContext nic = vm.open(hints);
        vm.map(0x3000, 0x3003);
        assertEquals(OK, nic.translate(0x3000, 8, READ));
        nic.close();
        assertThrows(IllegalStateException.class, () -> nic.translate(0x3000, 8, READ));
        vm.test.vm().removeMemslot(0);
        assertThrows(IllegalStateException.class, () -> nic.translate(0x3000, 8, READ));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSeeTheNewMemoryWhenSlotsChange(final boolean hints) {
        try (DmaContext nic = vm.open(hints)) {
            vm.map(0x3000, 0x3003);
            assertEquals(OK, translate(nic, 0x3000, 8, READ));
            vm.test.vm().removeMemslot(0);
            assertEquals(UNBACKED, translate(nic, 0x3000, 8, READ));
            final GuestMemory other = GuestMemory.sparse(DmaFixture.SLOT_BYTES);
            vm.test.vm().addMemslot(Memslot.of(0, other));
            assertEquals(OK, translate(nic, 0x3000, 8, READ));
            assertEquals(other.address() + 0x3000, nic.address());
        }
    }

    @Test
    void shouldRefuseTheContextWhenItsSettingsMakeNoSense() {
        final DmaSpace dma = vm.test.vm().dma();
        final long before = vm.test.vm().offHeapBytes();
        assertThrows(IllegalArgumentException.class, () -> dma.openContext("none"));
        assertThrows(IllegalArgumentException.class, () -> dma.openContext("three", 1, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> dma.openContext("flat", new HostIommu().newGroup()));
        assertThrows(IllegalArgumentException.class, () -> dma.openContext(new DmaConfig("few").faultCapacity(0), 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> dma.openContext(new DmaConfig("many").faultCapacity((1 << 20) + 1), 1));
        assertEquals(0, dma.openContexts());
        assertEquals(before, vm.test.vm().offHeapBytes());
    }

    @Test
    void shouldNotEndTheVmWhenAContextIsOpen() {
        final TestVm other = TestVm.inline(new io.vfiotce.kvm.VmConfig());
        final DmaContext nic = other.vm().dma().openContext("nic", LIOBN);
        assertTrue(assertThrows(IllegalStateException.class, other.vm()::close)
                .getMessage()
                .contains("1 DMA context"));
        nic.close();
        nic.close();
        other.close();
        assertThrows(IllegalStateException.class, () -> other.vm().dma().openContext("nic", LIOBN));
        assertThrows(IllegalStateException.class, () -> nic.translate(0, 1, READ));
        assertThrows(IllegalStateException.class, nic::online);
        nic.offline();
        nic.end();
    }

    @Test
    void shouldBeWaitedForWhenItKeepsATranslation() {
        vm.map(0x3000, 0x3003);
        try (DmaContext nic = vm.open(true)) {
            assertEquals(null, vm.test.vm().awaitGracePeriod(1));
            nic.begin();
            assertEquals(OK, nic.translate(0x3000, 8, READ));
            assertEquals("nic", vm.test.vm().awaitGracePeriod(1));
            final long target = vm.test.vm().process().quiescence().advance();
            assertEquals(OK, nic.load64(0x3000));
            assertEquals(OK, nic.read(0x3000, new byte[8], 0, 8));
            assertEquals("nic", vm.test.vm().process().quiescence().laggard(target));
            nic.end();
            assertEquals(null, vm.test.vm().process().quiescence().laggard(target));
            // Every access ends with the same.
            final long next = vm.test.vm().process().quiescence().advance();
            assertEquals("nic", vm.test.vm().process().quiescence().laggard(next));
            assertEquals(OK, nic.load32(0x3000));
            assertEquals(null, vm.test.vm().process().quiescence().laggard(next));
            nic.offline();
            nic.end();
            assertEquals(null, vm.test.vm().awaitGracePeriod(1));
            // The next access goes online by itself.
            assertEquals(OK, nic.load64(0x3000));
            assertEquals("nic", vm.test.vm().awaitGracePeriod(1));
            nic.offline();
            nic.online();
            assertEquals("nic", vm.test.vm().awaitGracePeriod(1));
        }
    }

    @Test
    void shouldAnnounceWithTheNextAccessWhenACopyKeptItsTranslations() {
        vm.map(0x3000, 0x3003);
        vm.map(0x4000, 0x4003);
        try (DmaContext nic = vm.open(true)) {
            assertEquals(OK, nic.load64(0x3000));
            final long target = vm.test.vm().process().quiescence().advance();
            assertEquals(OK, nic.copy(0x3000, 0x4000, 8));
            assertEquals(OK, nic.load64(0x3000));
            assertEquals(null, vm.test.vm().process().quiescence().laggard(target));
        }
    }

    @Test
    void shouldAnnounceAtTheEndWhenAnEpochBeganSinceTheLastAccess() {
        vm.map(0x3000, 0x3003);
        try (DmaContext nic = vm.open(true)) {
            assertEquals(OK, nic.load64(0x3000));
            final long target = vm.test.vm().process().quiescence().advance();
            assertEquals("nic", vm.test.vm().process().quiescence().laggard(target));
            nic.end();
            assertEquals(null, vm.test.vm().process().quiescence().laggard(target));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, false", "4, false", "5, false", "-1, false", "0, true", "4, true", "5, true", "-1, true"})
    void shouldRefuseWhatIsNoAccessWhateverTheTceHas(final int access, final boolean hints) {
        // The bits above the permissions are as a guest may write them where nothing checks.
        vm.map(0x3000, 0x3fff);
        try (DmaContext nic = vm.open(hints)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(PERMISSION, translate(nic, 0x3000, 8, access));
                assertEquals(0, nic.address());
                assertEquals(OK, translate(nic, 0x3000, 8, READ));
            }
        }
    }
}
