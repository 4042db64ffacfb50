package io.vfiotce.bench.replay;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.userspace.ReferenceHandler;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One recording, ready to be replayed over and over by one vCPU: every window that it ever opens is there from the start, and
 * every list lies in a page of its own.
 */
final class ReplayedGuest implements AutoCloseable {
    private static final int REGISTERS = 5;
    private static final long RAM_BYTES = 4L << 30;
    private static final long SLOT_BYTES = 1L << 30;
    private static final long LISTS_GPA = 1L << 48;

    // Nobody answers: a call that leaves the kernel layers is not one of these recordings.
    private final Vm vm =
            new Vm(new VmConfig().answerLimit(AnswerLimit.hang(TimeUnit.SECONDS.toNanos(1))), ReferenceHandler::new);
    private final Vcpu vcpu;
    private final List<Recording.Event> events;
    private final Map<Long, TceTable> tables = new HashMap<>();
    private final Map<Long, Integer> files = new HashMap<>();
    // Five registers for each call, in order.
    private final long[] registers;
    private int next;

    /**
     * Sets it up.
     *
     * @param name the recording's
     * @throws IOException if it cannot be read
     */
    ReplayedGuest(final String name) throws IOException {
        events = Recording.read(name);
        registers = new long
                [Math.toIntExact(REGISTERS
                        * events.stream().filter(Recording.Event::isHcall).count())];
        vm.enableHcall(Hcall.H_PUT_TCE_INDIRECT, true);
        vm.enableHcall(Hcall.H_STUFF_TCE, true);
        for (long gpa = 0; gpa < RAM_BYTES; gpa += SLOT_BYTES) {
            vm.addMemslot(Memslot.of(gpa, GuestMemory.sparse(SLOT_BYTES)));
        }
        openWindows();
        prepareCalls();
        vcpu = vm.createVcpu();
    }

    private void openWindows() {
        for (final Recording.Event event : events) {
            if (event.kind() == Recording.WINDOW_REMOVE) {
                throw new IllegalStateException("a window that is removed is not replayed here");
            }
            if (event.kind() == Recording.WINDOW_CREATE) {
                final WindowGeometry window = event.geometry();
                final int fd = vm.createSpaprTce64(window);
                files.put(event.liobn(), fd);
                tables.put(event.liobn(), ((TceTableFile) vm.files().file(fd)).table());
            }
        }
    }

    private void prepareCalls() {
        final long listCalls = events.stream()
                .filter(event -> event.kind() == Recording.INDIRECT)
                .count();
        final GuestMemory lists = GuestMemory.sparse(Math.max(1, listCalls + 15 & -16) * Hcall.LIST_PAGE_BYTES);
        vm.addMemslot(Memslot.of(LISTS_GPA, lists));
        long list = 0;
        int register = 0;
        for (final Recording.Event event : events) {
            if (event.isHcall()) {
                final boolean isList = event.kind() == Recording.INDIRECT;
                for (int i = 0; i < event.list().length; i++) {
                    lists.putBigEndianOpaque(list + (long) i * Long.BYTES, event.list()[i]);
                }
                registers[register++] = opcode(event.kind());
                registers[register++] = event.liobn();
                registers[register++] = event.ioba();
                registers[register++] = isList ? LISTS_GPA + list : event.value();
                registers[register++] = event.aux();
                list += isList ? Hcall.LIST_PAGE_BYTES : 0;
            }
        }
    }

    private static long opcode(final int kind) {
        return switch (kind) {
            case Recording.PUT -> Hcall.H_PUT_TCE;
            case Recording.GET -> Hcall.H_GET_TCE;
            case Recording.INDIRECT -> Hcall.H_PUT_TCE_INDIRECT;
            default -> Hcall.H_STUFF_TCE;
        };
    }

    /** Makes the next call; after the last comes the first again. */
    long call() {
        final int at = next;
        next = at + REGISTERS == registers.length ? 0 : at + REGISTERS;
        return vcpu.hcall(registers[at], registers[at + 1], registers[at + 2], registers[at + 3], registers[at + 4]);
    }

    /** How many calls the recording has. */
    int calls() {
        return registers.length / REGISTERS;
    }

    /**
     * Replays everything once, from the first call.
     *
     * @return what is not as recorded: statuses, values read, and where devices' addresses led
     */
    long mismatches() {
        long mismatches = 0;
        next = 0;
        for (final Recording.Event event : events) {
            if (event.isHcall()) {
                mismatches += call() == event.status() ? 0 : 1;
                mismatches += event.kind() != Recording.GET || vcpu.r4() == event.value() ? 0 : 1;
            } else if (event.kind() == Recording.XLATE && event.isExact()) {
                mismatches += isAsRecorded(event) ? 0 : 1;
            }
        }
        return mismatches;
    }

    private boolean isAsRecorded(final Recording.Event event) {
        final TceTable table = tables.get(event.liobn());
        final long entry = event.ioba() >>> table.pageShift();
        final long tce = entry < table.sizePages() ? table.tceAcquire(entry) : 0;
        final long page = entry < table.sizePages() ? Tce.pageAddress(tce, table.pageShift()) : 0;
        return page == event.value() && Tce.permissions(tce) == event.permission();
    }

    /** How many entries of the tables are not what the recorded calls, applied to plain maps, leave there. */
    long differencesFromModel() {
        final Map<Long, Map<Long, Long>> model = model();
        long differences = 0;
        for (final Map.Entry<Long, TceTable> window : tables.entrySet()) {
            final TceTable table = window.getValue();
            final Map<Long, Long> entries = model.get(window.getKey());
            for (long entry = table.nextNonZero(0); entry >= 0; entry = table.nextNonZero(entry + 1)) {
                final Long expected = entries.remove(entry);
                differences += expected != null && expected == table.tceAcquire(entry) ? 0 : 1;
            }
            differences += entries.values().stream().filter(tce -> tce != 0).count();
        }
        return differences;
    }

    private Map<Long, Map<Long, Long>> model() {
        final Map<Long, Map<Long, Long>> model = new HashMap<>();
        tables.keySet().forEach(liobn -> model.put(liobn, new HashMap<>()));
        for (final Recording.Event event : events) {
            if (event.isHcall() && event.kind() != Recording.GET && event.status() == 0) {
                final WindowGeometry window = tables.get(event.liobn()).geometry();
                final long first = (event.ioba() >>> window.pageShift()) - window.offsetPages();
                final long count = event.kind() == Recording.PUT ? 1 : event.aux();
                for (int i = 0; i < count; i++) {
                    model.get(event.liobn())
                            .put(first + i, event.kind() == Recording.INDIRECT ? event.list()[i] : event.value());
                }
            }
        }
        return model;
    }

    /** Calls so far that ended in a layer. */
    long ended(final Layer layer) {
        return vcpu.counters().ended(layer);
    }

    @Override
    public void close() {
        vcpu.close();
        files.values().forEach(vm.files()::close);
        vm.close();
    }
}
