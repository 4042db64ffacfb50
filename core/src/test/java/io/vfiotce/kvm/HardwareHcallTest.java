package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.HStatus.H_TOO_HARD;
import static io.vfiotce.papr.Hcall.H_GET_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static io.vfiotce.support.PassThroughVm.HPA;
import static io.vfiotce.support.PassThroughVm.UA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vfiotce.linux.Errno;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.telemetry.PassReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hypercalls on a window with hardware tables: the rows of the reference's call tables that concern hardware. */
class HardwareHcallTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long RAM = 0x10_0000;
    private static final long LIST = 0x9_0000;
    private static final long PAGES = 64;

    private PassThroughVm setup;
    private TceTable guest;
    private IommuTable hardware;

    private void open(final Entry entry, final int groups) {
        setup = new PassThroughVm(groups, entry, 16).memory(0, RAM);
        setup.passThrough(16);
        guest = setup.window(LIOBN, 12, 0, PAGES);
        hardware = setup.hardware(0);
    }

    @AfterEach
    void close() {
        setup.audit();
        setup.close();
    }

    private long real(final long opcode, final long ioba, final long r6, final long r7) {
        return setup.vcpu().realModeOnly(opcode, LIOBN, ioba, r6, r7);
    }

    private long virtual(final long opcode, final long ioba, final long r6, final long r7) {
        return setup.vcpu().virtualModeOnly(opcode, LIOBN, ioba, r6, r7);
    }

    private long all(final long opcode, final long ioba, final long r6, final long r7) {
        return setup.vcpu().hcall(opcode, LIOBN, ioba, r6, r7);
    }

    private void assertUntouched(final long first, final long count, final long tce) {
        for (long entry = first; entry < first + count; entry++) {
            assertEquals(tce == 0 ? 0 : HPA + tce, hardware.hardwareTceAcquire(entry), "hardware " + entry);
            assertEquals(tce == 0 ? 0 : UA + (tce & -4), hardware.userAddressAcquire(entry), "user address " + entry);
            assertEquals(tce, guest.tceAcquire(entry), "guest " + entry);
        }
    }

    /** A call on a full window that is refused or passed on, and what real and virtual mode say to it. */
    record Row(String name, long opcode, long ioba, long r6, long r7, long[] list, long real, long virtual) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Row put(final String name, final long ioba, final long tce, final long real, final long virtual) {
        return new Row(name, H_PUT_TCE, ioba, tce, 0, new long[0], real, virtual);
    }

    private static Row list(final String name, final long real, final long virtual, final long... list) {
        return new Row(name, H_PUT_TCE_INDIRECT, 0, LIST, list.length, list, real, virtual);
    }

    private static long[] words(final int count, final int badIndex, final long bad) {
        final long[] words = new long[count];
        for (int i = 0; i < count; i++) {
            words[i] = i == badIndex ? bad : 0x3_0001;
        }
        return words;
    }

    static List<Row> refusals() {
        final List<Row> rows = new ArrayList<>(List.of(
                put("§4.5 PUT 2: bus address past the window", PAGES << 12, 0x3_0003, H_PARAMETER, H_PARAMETER),
                put("§4.5 PUT 2: bus address not aligned", 0x1008, 0x3_0003, H_PARAMETER, H_PARAMETER),
                put("§4.5 PUT 4: low bits with a permission", 0x1000, 0x3_0803, H_PARAMETER, H_TOO_HARD),
                put("§4.5 PUT 4: no memslot", 0x1000, RAM + 3, H_TOO_HARD, H_TOO_HARD),
                put("§4.5 PUT 4: memslot, not registered", 0x1000, 2 * RAM + 3, H_TOO_HARD, H_TOO_HARD),
                new Row("§4.7 STUFF 2: past the end", H_STUFF_TCE, 0x1000, 0, PAGES, new long[0], -4, -4),
                new Row("§4.7 STUFF 2: misaligned", H_STUFF_TCE, 0x1004, 0, 1, new long[0], -4, -4),
                new Row("§4.7 STUFF 3: READ in the value", H_STUFF_TCE, 0, 1, 4, new long[0], -4, -4),
                new Row("§4.7 STUFF 3: WRITE in the value", H_STUFF_TCE, 0, 2, 4, new long[0], -4, -4),
                new Row("§4.6 INDIRECT 2: 513 words", H_PUT_TCE_INDIRECT, 0, LIST, 513, new long[0], -4, -4),
                new Row("§4.6 INDIRECT 3: list misaligned", H_PUT_TCE_INDIRECT, 0, LIST + 8, 1, new long[0], -4, -4),
                new Row("§4.6 INDIRECT 4: past the end", H_PUT_TCE_INDIRECT, 63 << 12, LIST, 2, new long[0], -4, -4),
                new Row("§4.6 INDIRECT 5: list no memory", H_PUT_TCE_INDIRECT, 0, RAM, 1, new long[0], 9999, 9999),
                list("§4.6 INDIRECT 6: not registered", H_TOO_HARD, H_TOO_HARD, 0x3_0001, 2 * RAM + 1),
                list("§4.6 INDIRECT 6: no memslot", H_TOO_HARD, H_TOO_HARD, 0x3_0001, RAM + 1),
                list("§4.6 INDIRECT 6: low bits", H_PARAMETER, H_TOO_HARD, 0x3_0001, 0x3_0801),
                list("T-31 the first failing word decides: not registered", 9999, 9999, 2 * RAM + 1, 0x3_0801),
                list("T-31 the first failing word decides: low bits", -4, 9999, 0x3_0801, 2 * RAM + 1)));
        for (final int k : new int[] {0, 1, 31, 63}) {
            rows.add(list("T-09 not registered at word " + k, 9999, 9999, words(64, k, 2 * RAM + 1)));
            rows.add(list("T-09 low bits at word " + k, -4, 9999, words(64, k, 0x3_0801)));
        }
        return rows;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void shouldChangeNothingWhenACallIsRefusedOrPassedOn(final Row row) {
        open(Entry.REAL, 2);
        setup.memory(2 * RAM, RAM);
        setup.test().putList(LIST, row.list);
        setup.makeResident(guest);
        for (long entry = 0; entry < PAGES; entry++) {
            all(H_PUT_TCE, entry << 12, 0x2_0003, 0);
        }
        assertEquals(row.real, real(row.opcode, row.ioba, row.r6, row.r7), "real mode");
        assertUntouched(0, PAGES, 0x2_0003);
        assertEquals(row.virtual, virtual(row.opcode, row.ioba, row.r6, row.r7), "virtual mode");
        assertUntouched(0, PAGES, 0x2_0003);
        assertEquals(2 * PAGES, setup.mapped(0));
    }

    @Test
    @DisplayName("§4.5 PUT 1, §4.9: an unknown LIOBN is passed on; §4.8 GET reads the guest view only")
    void shouldReadTheGuestViewWhenHardwareHoldsSomethingElse() {
        open(Entry.REAL, 1);
        assertEquals(H_TOO_HARD, setup.vcpu().realModeOnly(H_PUT_TCE, LIOBN + 9, 0, 0x2_0003, 0));
        assertEquals(H_TOO_HARD, setup.vcpu().virtualModeOnly(H_PUT_TCE, LIOBN + 9, 0, 0x2_0003, 0));
        all(H_PUT_TCE, 0x1000, 0x2_0003, 0);
        all(H_PUT_TCE, 0x1000, RAM + 3, 0);
        assertEquals(H_SUCCESS, all(H_GET_TCE, 0x1000, 0, 0));
        assertEquals(RAM + 3, setup.vcpu().r4());
        assertEquals(HPA + 0x2_0003, hardware.hardwareTceAcquire(1));
    }

    @Test
    @DisplayName("§4.6 count 0 with a legal bus address: success, nothing touched; §4.7 the same")
    void shouldTouchNothingWhenTheCountIsZero() {
        open(Entry.REAL, 1);
        setup.makeResident(guest);
        all(H_PUT_TCE, 0, 0x2_0003, 0);
        assertEquals(H_SUCCESS, real(H_PUT_TCE_INDIRECT, 0, LIST, 0));
        assertEquals(H_SUCCESS, virtual(H_PUT_TCE_INDIRECT, 0, LIST, 0));
        assertEquals(H_SUCCESS, real(H_STUFF_TCE, 0, 0, 0));
        assertEquals(H_SUCCESS, virtual(H_STUFF_TCE, PAGES << 12, 0, 0));
        assertUntouched(0, 1, 0x2_0003);
    }

    @ParameterizedTest(name = "§4.6 7 a word without permissions that is no guest memory ends the call, in {0}")
    @ValueSource(booleans = {true, false})
    void shouldStoreTheWordsBeforeWhenAWordWithoutPermissionIsNoMemory(final boolean realMode) {
        open(Entry.REAL, 2);
        setup.makeResident(guest);
        for (long entry = 0; entry < 4; entry++) {
            all(H_PUT_TCE, entry << 12, 0x2_0003, 0);
        }
        setup.test().putList(LIST, 0x3_0003, 0, RAM, 0x4_0003);
        assertEquals(
                H_PARAMETER, realMode ? real(H_PUT_TCE_INDIRECT, 0, LIST, 4) : virtual(H_PUT_TCE_INDIRECT, 0, LIST, 4));
        assertUntouched(0, 1, 0x3_0003);
        assertUntouched(1, 1, 0);
        assertUntouched(2, 2, 0x2_0003);
        assertEquals(6, setup.mapped(0));
    }

    @Test
    @DisplayName("T-13 clearing an entry whose levels were never made succeeds in real mode and makes none")
    void shouldSucceedInRealModeWhenAnAbsentEntryIsCleared() {
        setup = new PassThroughVm(1, Entry.REAL, 16).memory(0, RAM);
        setup.passThrough(16);
        guest = setup.window(LIOBN, 12, 0, 1 << 22);
        hardware = setup.hardware(0);
        // Two levels.
        hardware.makeResident(0, 1);
        final long before = setup.vm().offHeapBytes();
        for (long ioba = 0; ioba < 1L << 34; ioba += 1L << 30) {
            assertEquals(H_SUCCESS, real(H_PUT_TCE, ioba, 0, 0));
            assertEquals(H_SUCCESS, real(H_STUFF_TCE, ioba, 0, 512));
            assertEquals(H_SUCCESS, virtual(H_PUT_TCE, ioba, 0, 0));
            assertEquals(H_SUCCESS, virtual(H_STUFF_TCE, ioba, 0, 512));
        }
        assertEquals(before, setup.vm().offHeapBytes());
        assertEquals(H_TOO_HARD, real(H_PUT_TCE, 0, 0x2_0003, 0));
        assertEquals(H_SUCCESS, all(H_PUT_TCE, 0, 0x2_0003, 0));
        assertEquals(1, setup.mapped(0));
    }

    @Test
    @DisplayName("§4.9 an absent level is passed on by real mode, made by virtual mode, and real mode goes on")
    void shouldMakeLevelsInVirtualModeWhenAPageIsMappedFirst() {
        setup = new PassThroughVm(1, Entry.REAL, 12).memory(0, RAM);
        setup.passThrough(12);
        guest = setup.window(LIOBN, 12, 0, 1 << 20);
        guest.makeResident(1 << 19, 1);
        hardware = setup.hardware(0);
        assertEquals(H_TOO_HARD, real(H_PUT_TCE, 1L << 31, 0x2_0003, 0));
        setup.test().putList(LIST, 0x2_0003);
        assertEquals(H_TOO_HARD, real(H_PUT_TCE_INDIRECT, 1L << 31, LIST, 1));
        assertEquals(2, setup.vcpu().counters().passedOn(Layer.REAL, PassReason.ABSENT_LEVEL));
        assertEquals(H_SUCCESS, virtual(H_PUT_TCE, 1L << 31, 0x2_0003, 0));
        assertEquals(H_SUCCESS, real(H_PUT_TCE, (1L << 31) + 0x1000, 0x3_0003, 0));
        assertEquals(2, setup.mapped(0));
    }

    /** A 16 MiB page over 64 KiB hardware pages, in guest memory of 32 MiB cut somewhere. */
    @ParameterizedTest(name = "a page of 16 MiB over two {0}: passed on, and mapped piece by piece where it can be")
    @ValueSource(strings = {"regions", "memslots"})
    void shouldMapByPieceWhenAPageLeavesItsRegion(final String what) {
        final long page = 1L << 24;
        setup = new PassThroughVm(1, Entry.REAL, 16);
        if (what.equals("memslots")) {
            setup.memory(0, page + page / 2).memory(page + page / 2, page / 2);
        } else {
            setup.memory(0, 2 * page);
        }
        setup.passThrough(16);
        guest = setup.window(LIOBN, 24, 0, 16);
        hardware = setup.hardware(0);
        assertEquals(16, hardware.pageShift());
        setup.makeResident(guest);
        if (what.equals("regions")) {
            splitRegion(page + page / 2, 2 * page);
        }
        assertEquals(H_SUCCESS, real(H_PUT_TCE, 0, 3, 0));
        assertEquals(256, mappedInAll());
        assertEquals(H_TOO_HARD, real(H_PUT_TCE, page, page + 3, 0));
        assertEquals(H_TOO_HARD, virtual(H_PUT_TCE, page, page + 3, 0));
        setup.test().putList(LIST, 3, page + 3);
        assertEquals(H_TOO_HARD, real(H_PUT_TCE_INDIRECT, 0, LIST, 2));
        assertEquals(H_TOO_HARD, virtual(H_PUT_TCE_INDIRECT, 0, LIST, 2));
        assertEquals(256, mappedInAll());
        assertEquals(H_SUCCESS, all(H_PUT_TCE, page, page + 3, 0));
        assertEquals(page + 3, guest.tceAcquire(1));
        if (what.equals("regions")) {
            assertEquals(512, mappedInAll());
            assertEquals(HPA + 2 * page - 0x1_0000 + 3, hardware.hardwareTceAcquire(511));
            assertEquals(0, setup.spaces().get(0).failedNotifications());
        } else {
            // The translation of a page that is not all in one slot fails, as QEMU's does.
            assertEquals(1, setup.spaces().get(0).failedNotifications());
            assertEquals(256, mappedInAll());
        }
        assertEquals(H_SUCCESS, real(H_STUFF_TCE, 0, 0, 2));
        assertEquals(0, mappedInAll());
        setup.audit();
        if (what.equals("regions")) {
            joinRegion();
        }
    }

    private final List<io.vfiotce.memory.PinnedRegion> own = new ArrayList<>();
    private io.vfiotce.memory.PinnedRegion whole;

    /** Puts two regions in the place of the whole one. */
    private void splitRegion(final long at, final long end) {
        setup.offline();
        final var pinned = setup.vm().process().pinnedMemory();
        whole = setup.region(0);
        pinned.put(whole);
        own.add(pinned.register(UA, at >>> 16));
        own.add(pinned.register(UA + at, (end - at) >>> 16));
    }

    private void joinRegion() {
        setup.offline();
        final var pinned = setup.vm().process().pinnedMemory();
        own.forEach(pinned::put);
    }

    private long mappedInAll() {
        return setup.vm().process().pinnedMemory().regionsAcquire().regions().stream()
                .mapToLong(
                        region -> setup.vm().process().pinnedMemory().counts().sum(region.index()))
                .sum();
    }

    @ParameterizedTest(name = "a table without user view: every call that changes entries ends in userspace [{0}]")
    @EnumSource(names = {"REAL", "VIRTUAL"})
    void shouldEndInUserspaceWhenATableHasNoUserView(final Entry entry) {
        open(entry, 1);
        setup.makeResident(guest);
        setup.test().putList(LIST, 0x2_0003, 0);
        setup.offline();
        final IommuTable blind =
                new IommuTable(setup.vm().process(), new IommuTableGeometry(12, 0, 1 << 20, 1, 16), false);
        blind.makeResident(0, PAGES);
        guest.attached().attach(blind);
        final long[][] calls = {
            {H_PUT_TCE, 0x1000, 0x2_0003, 0},
            {H_PUT_TCE, 0x1000, 0, 0},
            {H_STUFF_TCE, 0x1000, 0, 4},
            {H_PUT_TCE_INDIRECT, 0x1000, LIST, 2}
        };
        for (int i = 0; i < calls.length; i++) {
            assertEquals(H_SUCCESS, all(calls[i][0], calls[i][1], calls[i][2], calls[i][3]));
            assertEquals(i + 1, setup.vcpu().counters().ended(Layer.USERSPACE));
            assertEquals(i + 1, setup.vcpu().counters().passedOn(Layer.VIRTUAL, PassReason.OTHER_TABLE));
        }
        assertEquals(H_SUCCESS, all(H_GET_TCE, 0x1000, 0, 0));
        assertEquals(calls.length, setup.vcpu().counters().ended(Layer.USERSPACE));
        assertEquals(0x2_0003, guest.tceAcquire(1));
        assertEquals(HPA + 0x2_0003, hardware.hardwareTceAcquire(1), "by the container");
        assertEquals(-1, blind.nextMapped(0));
        setup.offline();
        guest.attached().release(blind);
        blind.put();
    }

    @Test
    @DisplayName(
            "§4.12 a listener sends calls to virtual mode and is told once per call and table; one that throws is passed over")
    void shouldTellListenersOncePerCallWhenTheyAreThere() {
        open(Entry.REAL, 2);
        setup.makeResident(guest);
        setup.test().putList(LIST, 0x2_0003, 0, 0x3_0003);
        final List<String> told = new ArrayList<>();
        setup.hardware(0).addInvalidation((bus, pages, shift) -> {
            told.add("0x" + Long.toHexString(bus) + "+" + pages);
            throw new IllegalStateException("planted");
        });
        setup.hardware(1).addInvalidation((bus, pages, shift) -> told.add("second"));
        assertEquals(H_TOO_HARD, real(H_PUT_TCE, 0x1000, 0x2_0003, 0));
        assertEquals(H_TOO_HARD, real(H_STUFF_TCE, 0x1000, 0, 1));
        assertEquals(H_TOO_HARD, real(H_PUT_TCE_INDIRECT, 0x1000, LIST, 3));
        assertEquals(List.of(), told);
        assertEquals(H_SUCCESS, all(H_PUT_TCE, 0x1000, 0x2_0003, 0));
        assertEquals(H_SUCCESS, all(H_PUT_TCE_INDIRECT, 0x2000, LIST, 3));
        assertEquals(H_SUCCESS, all(H_STUFF_TCE, 0x1000, 0, 5));
        assertEquals(List.of("second", "0x1000+1", "second", "0x2000+3", "second", "0x1000+5"), told);
        assertEquals(3, setup.vcpu().counters().ended(Layer.VIRTUAL));
        assertEquals(3, setup.hardware(0).failedInvalidations());
        assertEquals(0, setup.mapped(0));
    }

    @Test
    @DisplayName("dead tables: a removed window is seen no more, its mappings go, calls go on with the other table")
    void shouldSkipADeadTableWhenItsWindowWasRemoved() {
        open(Entry.REAL, 2);
        setup.makeResident(guest);
        all(H_PUT_TCE, 0x1000, 0x2_0003, 0);
        assertEquals(2, setup.mapped(0));
        final IommuTable dead = setup.hardware(1);
        dead.get();
        setup.removeWindow(1, LIOBN);
        assertEquals(1, setup.mapped(0));
        assertNull(setup.hardware(1));
        assertEquals(1, guest.attached().references(dead));
        assertEquals(H_SUCCESS, real(H_PUT_TCE, 0x1000, 0x3_0003, 0));
        assertEquals(H_SUCCESS, virtual(H_PUT_TCE, 0x2000, 0x3_0003, 0));
        assertEquals(-1, dead.nextMapped(0));
        assertEquals(2, setup.mapped(0));
        setup.offline();
        dead.put();
    }

    @Test
    @DisplayName("closing mark: a call meets it, is passed on, and the container's verdict decides")
    void shouldGetTheRightResultWhenARegionIsBeingUnregistered() {
        open(Entry.REAL, 1);
        setup.makeResident(guest);
        all(H_PUT_TCE, 0x1000, 0x2_0003, 0);
        // The vCPU stays online: UNREGISTER finds it late, and says so.
        assertEquals(
                -Errno.EBUSY.number(),
                CallForm.result(() -> setup.vm().process().pinnedMemory().put(setup.region(0))));
        assertEquals(H_SUCCESS, real(H_PUT_TCE, 0x2000, 0x3_0003, 0));
        assertEquals(2, setup.mapped(0));
        setup.offline();
        assertEquals(
                -Errno.EBUSY.number(),
                CallForm.result(() -> setup.vm().process().pinnedMemory().put(setup.region(0))));
        assertEquals(H_SUCCESS, real(H_PUT_TCE, 0x1000, 0, 0));
        assertEquals(1, setup.mapped(0));
    }
}
