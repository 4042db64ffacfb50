package io.vfiotce.bench;

import static io.vfiotce.bench.Figure.bytes;
import static io.vfiotce.bench.Figure.fastest;
import static io.vfiotce.bench.Figure.of;
import static io.vfiotce.bench.Figure.part;
import static io.vfiotce.bench.Figure.scaling;
import static io.vfiotce.bench.Figure.secondary;
import static io.vfiotce.bench.Goal.atLeast;
import static io.vfiotce.bench.Goal.atMost;
import static io.vfiotce.bench.Goal.printed;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The goals that the hot paths must reach. A goal that is out of reach is not bent: it stays, as failed. */
final class Goals {
    static final String C_PEER = "peer.CPeer";
    private static final String FOOTPRINT = "memory.SparseWindowFootprint";
    static final String DISTURBANCE = "latency.DisturbanceRig";

    /** The programs that measure by themselves, by how the names of their rows begin. */
    private static final Map<String, String> PROGRAMS =
            Map.of("c.", C_PEER, FOOTPRINT + ".", FOOTPRINT, DISTURBANCE + ".", DISTURBANCE);

    private static final String BARE_STORE = "hcall.PutBenchmark.bareStore";
    private static final String PUT = "hcall.PutBenchmark.remap[groups=0]";
    private static final String PUT_ONE_GROUP = "hcall.PutBenchmark.remap[groups=1]";
    private static final String EXCHANGE = "hcall.PutBenchmark.exchange";
    private static final String MAP_UNMAP = "hcall.MapUnmapBenchmark.mapUnmap[groups=1]";
    private static final String EXCHANGES = "hcall.MapUnmapBenchmark.exchanges";
    private static final String HOT = "hcall.LiobnBenchmark.hot";
    private static final String RANDOM = "hcall.LiobnBenchmark.random";
    private static final String C_KERNEL = "c.kernelPut[call=remap,groups=0]";
    private static final String C_KERNEL_ONE_GROUP = "c.kernelPut[call=map,groups=1]";
    private static final String C_QEMU = "c.qemuPut[tables=64]";
    private static final String MAPS = "peer.MapPeerBenchmark.";

    private Goals() {}

    /** The table, in order. */
    static List<Goal> all() {
        return Stream.of(hypercalls(), sizes(), others()).flatMap(List::stream).toList();
    }

    private static List<Goal> hypercalls() {
        return List.of(
                atMost(3.0, "put, no group / bare store", of(PUT), of(BARE_STORE)),
                atMost(2.0, "put on empty, 1 group / exchange", mapped(MAP_UNMAP), mapped(EXCHANGES)),
                atMost(2.0, "unmap of mapped, 1 group / exchange", unmapped(MAP_UNMAP), mapped(EXCHANGES)),
                atMost(2.0, "remap, 1 group / exchange", of(PUT_ONE_GROUP), of(EXCHANGE)),
                atMost(0.4, "put, no group / C kernel-like peer", of(PUT), of(C_KERNEL))
                        .ifPeerIn(exchanges(C_KERNEL, 1.8, 2.6)),
                atMost(0.4, "put on empty, 1 group / C kernel-like peer", mapped(MAP_UNMAP), of(C_KERNEL_ONE_GROUP))
                        .ifPeerIn(exchanges(C_KERNEL_ONE_GROUP, 5, 9)),
                atMost(0.3, "put / C QEMU-like peer, 64 tables, LIOBN random", of(RANDOM + "[tables=64]"), of(C_QEMU)),
                atMost(
                        2.0,
                        "indirect 512, no group, per TCE / release store",
                        of("hcall.IndirectBenchmark.indirect[count=512,groups=0]"),
                        of("hcall.IndirectBenchmark.releaseStores[count=512]")),
                atMost(
                        1.2,
                        "stuff 512 zeros / setMemory",
                        unmapped("hcall.StuffBenchmark.stuff[count=512,groups=0]"),
                        unmapped("hcall.StuffBenchmark.setMemory[count=512]")));
    }

    private static List<Goal> sizes() {
        return List.of(
                atMost(1.1, "one hot LIOBN among 65,536 / alone", of(HOT + "[tables=65536]"), of(HOT + "[tables=1]")),
                atMost(1.5, "LIOBN random among 64 / alone", of(RANDOM + "[tables=64]"), of(HOT + "[tables=1]")),
                atMost(2.5, "LIOBN random among 65,536 / alone", of(RANDOM + "[tables=65536]"), of(HOT + "[tables=1]")),
                atMost(
                        1.15,
                        "2^27 entries / 2^9 entries, sequential",
                        of("hcall.WindowBenchmark.sequential[log2Pages=27]"),
                        of("hcall.WindowBenchmark.sequential[log2Pages=9]")),
                atLeast(0.95, "2 threads / 1, no group / exchange's", scalingOfPut(0), scalingOfExchange()),
                atLeast(0.95, "2 threads / 1, 1 group / exchange's", scalingOfPut(1), scalingOfExchange()));
    }

    private static List<Goal> others() {
        return List.of(
                atMost(
                        0.4,
                        "put / fastest of three locked or concurrent maps",
                        of(PUT),
                        fastest(
                                MAPS + "concurrentHashMap",
                                MAPS + "synchronizedTreeMap",
                                MAPS + "lockedLong2LongHashMap")),
                atMost(0.7, "put / AtomicLongArray through a map, set", of(PUT), of(MAPS + "atomicArraySet")),
                printed("put / AtomicLongArray through a map, lazySet", of(PUT), of(MAPS + "atomicArrayLazySet")),
                atMost(
                        1.6,
                        "translate with hint and load / bare load",
                        of("DmaBenchmark.hintLoad"),
                        of("DmaBenchmark.bareLoad")),
                atMost(
                        2.0,
                        "in-process slow round trip / ping-pong",
                        of("RoundTripBenchmark.inProcess"),
                        of("RoundTripBenchmark.pingPong")),
                atMost(
                        1.2,
                        "sparse window, accounted / leaves touched",
                        footprint("accountedBytes"),
                        footprint("leafBytes")),
                atMost(
                        1.2,
                        "sparse window, resident / leaves touched",
                        footprint("residentBytes"),
                        footprint("leafBytes")),
                atMost(1.5, "p99.99 of blocks of puts / of bare stores", disturbed("puts"), disturbed("stores")));
    }

    private static Figure mapped(final String row) {
        return part(row, "map");
    }

    private static Figure unmapped(final String row) {
        return part(row, "unmap");
    }

    private static Figure scalingOfPut(final int groups) {
        final String parameter = "[groups=" + groups + "]";
        return scaling(
                "contention.ContentionBenchmark.putSeparate" + parameter,
                "contention.ContentionBenchmark.putOne" + parameter);
    }

    private static Figure scalingOfExchange() {
        return scaling("contention.ContentionBenchmark.exchangeSeparate", "contention.ContentionBenchmark.exchangeOne");
    }

    /** The band of what the C peer's put costs in exchanges of its own. */
    private static Goal.Band exchanges(final String row, final double atLeast, final double atMost) {
        return new Goal.Band(of(row), secondary(row, "exchange", "ns"), atLeast, atMost);
    }

    private static Figure footprint(final String name) {
        return bytes(FOOTPRINT + "." + name);
    }

    private static Figure disturbed(final String blocks) {
        return of(DISTURBANCE + "." + blocks + "[disturbance=all,groups=0]");
    }

    /** The programs whose figures the goals need. */
    static List<Program> programs(final int forks) {
        return List.of(
                new Program(
                        C_PEER,
                        forks,
                        "c.kernelPut:groups=0,call=remap",
                        "c.kernelPut:groups=1,call=map",
                        "c.qemuPut:tables=64"),
                new Program(FOOTPRINT, 1),
                new Program(DISTURBANCE, forks, "--kinds=all", "--groups=0", "--forks=1"));
    }

    /** Names of all rows that the goals need, those of programs too. */
    static Set<String> rows() {
        final Set<String> rows = new LinkedHashSet<>();
        all().forEach(goal -> rows.addAll(goal.rows()));
        return rows;
    }

    /** Names of the rows that JMH runs. */
    static List<String> jmhRows() {
        return rows().stream().filter(row -> programOf(row) == null).toList();
    }

    /** The program that measures a row, or null if JMH does. */
    static String programOf(final String row) {
        return PROGRAMS.entrySet().stream()
                .filter(program -> row.startsWith(program.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}
