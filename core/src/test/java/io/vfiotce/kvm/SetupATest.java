package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.HStatus.H_TOO_HARD;
import static io.vfiotce.papr.Hcall.H_GET_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.memory.GuestMemory;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The recorded vectors of an emulated device: 256 MiB of guest memory, one window of 1 GiB in 4 KiB pages.
 *
 * <p>Each row is run in virtual mode alone, in whole VMs with and without real mode, and with the hypercalls disabled.
 */
class SetupATest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long PAGES = 262_144;
    private static final long LIST = 0x2_0000;
    private static final GuestMemory RAM = GuestMemory.sparse(0x1000_0000);

    /** A call, what is there before, and what is there after, in the kernel and in userspace. */
    record Row(
            String name,
            long[] call,
            long[] list,
            Map<Long, Long> before,
            long kernel,
            long guest,
            Map<Long, Long> after,
            long userspace,
            Map<Long, Long> afterUserspace) {
        @Override
        public String toString() {
            return name;
        }

        Row given(final Map<Long, Long> entries) {
            return new Row(name, call, list, entries, kernel, guest, after, userspace, afterUserspace);
        }

        Row list(final long... words) {
            return new Row(name, call, words, before, kernel, guest, after, userspace, afterUserspace);
        }

        Row userspace(final long status, final Map<Long, Long> entries) {
            return new Row(name, call, list, before, kernel, guest, after, status, entries);
        }
    }

    /** A row whose userspace column is its guest column. */
    private static Row row(
            final String name, final long kernel, final long guest, final Map<Long, Long> after, final long... call) {
        return new Row(name, call, new long[0], Map.of(), kernel, guest, after, guest, after);
    }

    private static Map<Long, Long> entry(final long entry, final long tce) {
        return Map.of(entry, tce);
    }

    static List<Row> puts() {
        final Map<Long, Long> none = Map.of();
        return List.of(
                row("A1", 0, 0, entry(1, 0x2003), H_PUT_TCE, LIOBN, 0x1000, 0x2003, 0),
                row("A2", 0, 0, entry(1, 0x2003), H_GET_TCE, LIOBN, 0x1000, 0, 0)
                        .given(entry(1, 0x2003)),
                row("A3 absent", 0, 0, none, H_GET_TCE, LIOBN, 0x2000, 0, 0),
                row("A3 present", 0, 0, entry(1, 0x2003), H_GET_TCE, LIOBN, 0x2000, 0, 0)
                        .given(entry(1, 0x2003)),
                row("A4", -4, -4, none, H_PUT_TCE, LIOBN, 0x4000_0000, 0x2003, 0),
                row("A5", 0, 0, entry(262_143, 0x1001), H_PUT_TCE, LIOBN, 0x3FFF_F000, 0x1001, 0),
                row("A6", -4, -4, none, H_PUT_TCE, LIOBN, 0x1001, 0x2003, 0).userspace(0, entry(1, 0x2003)),
                row("A7", H_TOO_HARD, 0, entry(1, 0x2803), H_PUT_TCE, LIOBN, 0x1000, 0x2803, 0),
                row("A8", 0, 0, entry(1, 0x800), H_PUT_TCE, LIOBN, 0x1000, 0x800, 0),
                row("A9", H_TOO_HARD, 0, entry(1, 0x1000_0003), H_PUT_TCE, LIOBN, 0x1000, 0x1000_0003, 0),
                row("A10", H_TOO_HARD, -4, none, H_PUT_TCE, LIOBN + 1, 0x1000, 0x2003, 0),
                row("A11", H_TOO_HARD, -4, none, H_PUT_TCE, 0x1_8000_0000L, 0x1000, 0x2003, 0));
    }

    static List<Row> lists() {
        final Map<Long, Long> none = Map.of();
        final long call = H_PUT_TCE_INDIRECT;
        return List.of(
                row("A12", -4, -4, none, call, LIOBN, 0, LIST, 513),
                row("A13", -4, -4, none, call, LIOBN, 0, 0x1_0010, 1),
                row("A14", -4, -4, none, call, LIOBN, 0x3FFF_F000, LIST, 2)
                        .list(0x2003, 0x3003)
                        .userspace(-4, entry(262_143, 0x2003)),
                row("A15", 0, 0, none, call, LIOBN, 0, LIST, 0).userspace(-4, none),
                row("A16", 0, 0, none, call, LIOBN, 0x4000_0000, LIST, 0).userspace(-4, none),
                row("A17", H_TOO_HARD, 0, Map.of(4L, 0x2003L, 5L, 0x2803L), call, LIOBN, 0x4000, LIST, 2)
                        .list(0x2003, 0x2803),
                row("A18", H_TOO_HARD, 0, none, call, LIOBN, 0x1000, 0x1000_0000, 2));
    }

    static List<Row> stuffs() {
        final Map<Long, Long> none = Map.of();
        final Map<Long, Long> some = Map.of(0L, 0x2003L, 1L, 0x3003L, 262_143L, 0x4003L);
        final Map<Long, Long> poison = Map.of(0L, 0x800L, 1L, 0x800L, 2L, 0x800L, 3L, 0x800L);
        return List.of(
                row("A19", -4, -4, none, H_STUFF_TCE, LIOBN, 0, 1, 1).userspace(0, entry(0, 1)),
                row("A20", 0, 0, none, H_STUFF_TCE, LIOBN, 0, 0, PAGES).given(some),
                row("A21", -4, -4, some, H_STUFF_TCE, LIOBN, 0, 0, PAGES + 1).given(some),
                row("A22", -4, -4, some, H_STUFF_TCE, LIOBN, 0x1000, 0, PAGES)
                        .given(some)
                        .userspace(-4, entry(0, 0x2003)),
                row("A23", 0, 0, poison, H_STUFF_TCE, LIOBN, 0, 0x800, 4),
                row("A24", -4, -4, some, H_STUFF_TCE, LIOBN, 0x1000, 0, -1L).given(some));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"puts", "lists", "stuffs"})
    void shouldEndAsRecordedWhenVirtualModeRunsAlone(final Row row) {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            final TceTable table = prepare(vm, row);
            final Vcpu vcpu = vm.vcpu();
            final long[] c = row.call;
            assertEquals(row.kernel, vcpu.virtualModeOnly(c[0], c[1], c[2], c[3], c[4]));
            assertEquals(row.kernel == H_TOO_HARD ? row.before : row.after, entries(table));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"puts", "lists", "stuffs"})
    void shouldShowTheGuestTheRecordedResultWhenAllLayersWork(final Row row) {
        for (final boolean realMode : new boolean[] {true, false}) {
            try (TestVm vm = TestVm.inline(new VmConfig().realMode(realMode))) {
                check(vm, row, row.guest, row.after);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"puts", "lists", "stuffs"})
    void shouldShowTheGuestTheUserspaceResultWhenTheCallsAreDisabled(final Row row) {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            vm.setEnabled(false);
            check(vm, row, row.userspace, row.afterUserspace);
        }
    }

    private static void check(final TestVm vm, final Row row, final long status, final Map<Long, Long> after) {
        final TceTable table = prepare(vm, row);
        final Vcpu vcpu = vm.vcpu();
        final long[] c = row.call;
        assertEquals(status, vcpu.hcall(c[0], c[1], c[2], c[3], c[4]));
        assertEquals(new TreeMap<>(after), entries(table));
        if (c[0] == H_GET_TCE) {
            assertEquals(row.before.getOrDefault(c[2] >>> 12, 0L), vcpu.r4());
        }
    }

    private static TceTable prepare(final TestVm vm, final Row row) {
        vm.withMemory(0, RAM).putList(LIST, row.list);
        final TceTable table = vm.window(LIOBN, 12, 0, PAGES);
        row.before.forEach((entry, tce) -> table.fill(entry, 1, tce));
        return table;
    }

    private static Map<Long, Long> entries(final TceTable table) {
        final Map<Long, Long> entries = new TreeMap<>();
        for (long entry = 0; entry < PAGES; entry++) {
            final long tce = table.tceAcquire(entry);
            if (tce != 0) {
                entries.put(entry, tce);
            }
        }
        return entries;
    }

    @Test
    void shouldLeaveTheKernelWhenIndirectIsNotEnabledA25() {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            vm.vm().enableHcall(H_PUT_TCE_INDIRECT, false);
            final Row row = row("A25", H_TOO_HARD, H_PARAMETER, Map.of(), H_PUT_TCE_INDIRECT, LIOBN, 0, LIST, 0);
            check(vm, row, H_PARAMETER, Map.of());
            vm.vm().enableHcall(H_PUT_TCE_INDIRECT, true);
            assertEquals(H_SUCCESS, vm.vcpu().hcall(H_PUT_TCE_INDIRECT, LIOBN, 0, LIST, 0));
        }
    }
}
