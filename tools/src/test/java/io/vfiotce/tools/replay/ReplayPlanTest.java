package io.vfiotce.tools.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.trace.EmbeddedTraces;
import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceBuilder;
import io.vfiotce.tools.trace.TraceGrade;
import io.vfiotce.tools.trace.WindowGeometry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is planned before a replay: lanes, guest memory, calls for the handler, calls that are left out. */
class ReplayPlanTest {
    private static final long PCI = 0x80000000L;
    private static final long GIB = 1L << 30;
    private static final int MASK = 0xfff;
    private static final int PARAMETER = -4;

    private static ReplayPlan plan(final Trace trace, final int vcpus, final long ramBytes) {
        return new ReplayPlan(
                trace, new ReplayOptions(vcpus, 1, ramBytes, 16, 95, new PassThroughOptions(2, false, 16)));
    }

    private static ReplayPlan plan(final TraceBuilder builder) {
        return plan(builder.build(), 1, 0);
    }

    /** A window of 16 pages at 0x10000, the first record. */
    private static TraceBuilder window() {
        final TraceBuilder builder = new TraceBuilder().at(1, 0, 0, PCI);
        builder.windowCreate(new WindowGeometry(12, 0x10000, 16));
        return builder;
    }

    private static List<Integer> forced(final ReplayPlan plan) {
        final List<Integer> records = IntStream.range(0, plan.trace().size())
                .filter(plan::isForced)
                .boxed()
                .toList();
        assertEquals(records.size(), plan.forcedCalls());
        return records;
    }

    private static List<Integer> skipped(final ReplayPlan plan) {
        final List<Integer> records = IntStream.range(0, plan.trace().size())
                .filter(plan::isSkipped)
                .boxed()
                .toList();
        assertEquals(records.size(), plan.skippedCalls());
        assertEquals(plan.trace().hcalls() - records.size(), plan.calls());
        return records;
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "64"})
    void shouldKeepTheOrderOfEachLiobnOnOneLaneWhenShared(final int vcpus) throws IOException {
        final Trace trace = EmbeddedTraces.load("multiphb-smp2");
        final List<int[]> lanes = plan(trace, vcpus, 0).lanes();
        assertEquals(vcpus, lanes.size());
        final BitSet seen = new BitSet();
        final Map<Long, Integer> laneOf = new HashMap<>();
        for (int lane = 0; lane < vcpus; lane++) {
            int last = -1;
            for (final int record : lanes.get(lane)) {
                assertTrue(record > last, "record " + record + " after " + last);
                last = record;
                seen.set(record);
                final Integer other = laneOf.putIfAbsent(trace.liobn(record), lane);
                assertTrue(other == null || other == lane, "LIOBN on lanes " + other + " and " + lane);
            }
        }
        assertEquals(trace.size(), lanes.stream().mapToInt(lane -> lane.length).sum());
        assertEquals(trace.size(), seen.cardinality());
    }

    @Test
    void shouldEvenOutTheLanesWhenLiobnsHaveDifferentNumbersOfRecords() {
        final TraceBuilder builder = new TraceBuilder();
        final int[] calls = {5, 1, 7, 2};
        for (int liobn = 0; liobn < calls.length; liobn++) {
            builder.at(1, 0, 0, PCI + liobn);
            for (int i = 0; i < calls[liobn]; i++) {
                builder.put(0, 0, 0);
            }
        }
        final List<int[]> lanes = new ArrayList<>(plan(builder.build(), 2, 0).lanes());
        lanes.sort(Comparator.comparingInt(lane -> -lane.length));
        assertArrayEquals(new int[] {5, 6, 7, 8, 9, 10, 11, 12}, lanes.get(0));
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 13, 14}, lanes.get(1));
    }

    @Test
    void shouldForceCallsWhenTheLayersDiffer() {
        final TraceBuilder builder = window();
        builder.put(0x10000, 0x2003, 0);
        builder.put(0x10000, 0x2013, 0);
        builder.put(0x10000, 0x2010, 0);
        builder.put(0x10800, 0x2003, 0);
        builder.stuff(0x1e000, 0, 2, 0, TraceGrade.EXACT);
        builder.stuff(0x1e000, 0, 3, PARAMETER, TraceGrade.EXACT);
        builder.stuff(0x10000, 0, 0, PARAMETER, TraceGrade.EXACT);
        builder.stuff(0x10000, 3, 1, 0, TraceGrade.EXACT);
        builder.get(0x20000, 0, PARAMETER, TraceGrade.EXACT);
        final int list = builder.indirect(0x1f000, 0x5000, 2, PARAMETER, TraceGrade.EXACT);
        builder.listWord(list, 0, 0x2003);
        builder.listWord(list, 1, 0x3003);
        assertEquals(List.of(2, 4, 6, 7, 8, 10), forced(plan(builder)));
    }

    @Test
    void shouldForceByTheWindowOfTheMomentWhenItComesAndGoes() {
        final TraceBuilder builder = new TraceBuilder().at(1, 0, 0, PCI);
        final WindowGeometry small = new WindowGeometry(12, 0, 16);
        final WindowGeometry large = new WindowGeometry(16, 0, 16);
        builder.put(0x1000, 0x2013, PARAMETER);
        builder.windowCreate(small);
        builder.put(0x1000, 0x2003, 0);
        builder.windowRemove(small);
        builder.put(0x1000, 0x2013, PARAMETER);
        builder.windowCreate(large);
        builder.put(0x1000, 0x2003, 0);
        builder.at(1, 0, 0, PCI + 1);
        builder.put(0x1800, 0x2003, PARAMETER);
        // Only the one that is not aligned to the pages of the second window.
        assertEquals(List.of(6), forced(plan(builder)));
    }

    @Test
    void shouldForceListWordWhenMemoryDoesNotHoldIt() {
        final TraceBuilder builder = window();
        final int list = builder.indirect(0x10000, 0x5000, 2, 0, TraceGrade.EXACT);
        builder.listWord(list, 0, 0x2003);
        builder.listWord(list, 1, GIB);
        final Trace trace = builder.build();
        assertEquals(List.of(1), forced(plan(trace, 1, 0)));
        assertEquals(List.of(), forced(plan(trace, 1, 2 * GIB)));
    }

    @Test
    void shouldSkipCallsWhenTooLittleWasRecorded() {
        final TraceBuilder builder = window();
        builder.stuff(0x20000, 0, 3, PARAMETER, TraceGrade.LOSSY);
        builder.stuff(0x20000, 0, 1, PARAMETER, TraceGrade.EXACT);
        builder.indirect(0x1f000, 0x5000, 2, PARAMETER, TraceGrade.LOSSY);
        builder.indirect(0x10000, 0x5000, 2, 0, TraceGrade.LOSSY);
        builder.indirect(0x10000, 0x5000, 2, PARAMETER, TraceGrade.RECONSTRUCTED);
        builder.get(0x10000, 0x2003, 0, TraceGrade.LOSSY);
        builder.xlate(0, 0, 0, MASK, TraceGrade.LOSSY);
        final ReplayPlan plan = plan(builder);
        assertEquals(List.of(1, 3), skipped(plan));
        // A call that is left out is not forced, though its list crosses the end of the window.
        assertEquals(List.of(), forced(plan));
    }

    @ParameterizedTest
    @CsvSource({
        "0x3ffff000, 3, 1",
        "0x40000000, 1, 2",
        "0x40000000, 0, 1",
        "0xfffff000, 2, 4",
        "0x100000000, 3, 5",
        "0xffffff000, 3, 64",
        "0x1000000000, 3, 1",
        "0xfffffffffffff000, 3, 1"
    })
    void shouldHaveMemoryUpToTheHighestPageThatADeviceReached(final String page, final int permission, final int gib) {
        final TraceBuilder builder = window();
        builder.xlate(0, Long.parseUnsignedLong(page.substring(2), 16), permission, MASK, TraceGrade.EXACT);
        builder.xlate(0, 0x1000, 3, MASK, TraceGrade.EXACT);
        final ReplayPlan plan = plan(builder);
        assertEquals(gib * GIB, plan.ramBytes());
        assertEquals(gib, plan.ram().size());
    }

    @Test
    void shouldHaveTheMemoryAskedForWhenItIsGiven() {
        final ReplayPlan plan = plan(window().build(), 1, GIB + 65536);
        assertEquals(GIB + 65536, plan.ramBytes());
        assertEquals(2, plan.ram().size());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 3, 100000, 2000",
        "0, 1, 300000, 6000",
        "0, 70000, 5, 3",
        "0, 100001, 3, 3",
        "0, 99999, 4, 3",
        "0, 0, 1, 1",
        "7, 3, 7, 7",
        "1, 70000, 1, 1"
    })
    void shouldMakeEnoughRoundsForASteadyFigureWhenNoneAreAskedFor(
            final int asked, final long calls, final int fastRounds, final int slowRounds) {
        final ReplayOptions options = new ReplayOptions(1, asked, 0, 16, 95, new PassThroughOptions(0, false, 16));
        assertEquals(fastRounds, options.fastRounds(calls));
        assertEquals(slowRounds, options.slowRounds(calls));
    }
}
