package io.vfiotce.userspace;

import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.Rtas.CREATE_PE_DMA_WINDOW;
import static io.vfiotce.papr.Rtas.QUERY_PE_DMA_WINDOW;
import static io.vfiotce.papr.Rtas.REMOVE_PE_DMA_WINDOW;
import static io.vfiotce.papr.Rtas.RESET_PE_DMA_WINDOW;
import static io.vfiotce.support.RtasVm.UNTOUCHED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.handoff.HostBridge;
import io.vfiotce.papr.Rtas;
import io.vfiotce.support.RtasVm;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The RTAS calls for dynamic windows, row by row: what they answer, and what windows there are afterwards. */
class DmaWindowCallsTest {
    private static final long HI = RtasVm.buidHigh();
    private static final long LO = RtasVm.buidLow();
    private static final long FIRST = RtasVm.BRIDGE.liobn();
    private static final long SECOND = RtasVm.BRIDGE.secondLiobn();
    private static final String DEFAULT = window(FIRST, 12, 0, 0x40000);
    private static final Consumer<RtasVm> AS_IS = vm -> {};

    private final RtasVm vm = new RtasVm();

    @AfterEach
    void close() {
        vm.close();
    }

    /** A row of the tables: what is done before, the call, its results, the windows at the end. */
    private record Row(
            String name,
            Consumer<RtasVm> before,
            long token,
            long[] arguments,
            long status,
            long[] results,
            List<String> windows) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String window(final long liobn, final int pageShift, final long offsetPages, final long sizePages) {
        return "liobn=0x" + Long.toHexString(liobn) + " pageShift=" + pageShift + " offsetPages=0x"
                + Long.toHexString(offsetPages) + " sizePages=0x" + Long.toHexString(sizePages);
    }

    private static long[] args(final long... words) {
        return words;
    }

    private static Row row(
            final String name,
            final Consumer<RtasVm> before,
            final long token,
            final long[] arguments,
            final long[] results,
            final String... windows) {
        return new Row(name, before, token, arguments, H_SUCCESS, results, List.of(windows));
    }

    /** A row that is refused: only the status is written. */
    private static Row refused(
            final String name, final long token, final long[] arguments, final int nret, final long rtasStatus) {
        final long[] results = new long[nret];
        Arrays.fill(results, UNTOUCHED);
        results[0] = rtasStatus;
        return row(name, AS_IS, token, arguments, results, DEFAULT);
    }

    static Stream<Row> query() {
        return Stream.of(
                refused("§6.4 nargs 2 → -3", QUERY_PE_DMA_WINDOW, args(0, HI), 5, -3),
                refused("§6.4 nargs 4 → -3", QUERY_PE_DMA_WINDOW, args(0, HI, LO, 0), 5, -3),
                refused("§6.4 nret 4 → -3", QUERY_PE_DMA_WINDOW, args(0, HI, LO), 4, -3),
                refused("§6.4 nret 7 → -3", QUERY_PE_DMA_WINDOW, args(0, HI, LO), 7, -3),
                refused("§6.4 PHB unknown → -3", QUERY_PE_DMA_WINDOW, args(0, HI, LO + 2), 5, -3),
                refused("§6.4 PHB unknown by its high word → -3", QUERY_PE_DMA_WINDOW, args(0, HI + 1, LO), 6, -3),
                refused("§6.4 ddw off → -3", QUERY_PE_DMA_WINDOW, args(0, HI, LO + 1), 6, -3),
                row(
                        "§6.4 the config address is not validated",
                        AS_IS,
                        QUERY_PE_DMA_WINDOW,
                        args(0xFFFF_FFFFL, HI, LO),
                        args(0, 1, Integer.MIN_VALUE, 0x107, 0),
                        DEFAULT),
                row(
                        "§6.4 rets of nret=5",
                        AS_IS,
                        QUERY_PE_DMA_WINDOW,
                        args(0, HI, LO),
                        args(0, 1, Integer.MIN_VALUE, 0x107, 0),
                        DEFAULT),
                row(
                        "§6.4 rets of nret=6",
                        AS_IS,
                        QUERY_PE_DMA_WINDOW,
                        args(0, HI, LO),
                        args(0, 1, 0x20, 0, 0x107, 0),
                        DEFAULT),
                row(
                        "§6.4 rets 1: 2 - 2 active windows",
                        vm -> vm.create(16, 30),
                        QUERY_PE_DMA_WINDOW,
                        args(0, HI, LO),
                        args(0, 0, 0x20, 0, 0x107, 0),
                        DEFAULT,
                        window(SECOND, 16, 1L << 43, 1 << 14)),
                row(
                        "§6.4 rets 1: 2 - 0 active windows",
                        vm -> vm.remove(FIRST),
                        QUERY_PE_DMA_WINDOW,
                        args(0, HI, LO),
                        args(0, 2, 0x20, 0, 0x107, 0)));
    }

    private static long[] create(final long pageShift, final long windowShift) {
        return args(0, HI, LO, pageShift, windowShift);
    }

    private static Row refusedCreate(final String name, final long pageShift, final long windowShift, final long why) {
        return refused(name, CREATE_PE_DMA_WINDOW, create(pageShift, windowShift), 4, why);
    }

    static Stream<Row> create() {
        return Stream.concat(refusedCreations(), creations());
    }

    private static Stream<Row> refusedCreations() {
        return Stream.of(
                refused("§6.5 1: nargs 4 → -3", CREATE_PE_DMA_WINDOW, args(0, HI, LO, 16), 4, -3),
                refused("§6.5 1: nargs 6 → -3", CREATE_PE_DMA_WINDOW, args(0, HI, LO, 16, 30, 0), 4, -3),
                refused("§6.5 1: nret 3 → -3", CREATE_PE_DMA_WINDOW, create(16, 30), 3, -3),
                refused("§6.5 1: nret 5 → -3", CREATE_PE_DMA_WINDOW, create(16, 30), 5, -3),
                refused("§6.5 2: PHB unknown → -3", CREATE_PE_DMA_WINDOW, args(0, HI, LO + 2, 16, 30), 4, -3),
                refused("§6.5 2: ddw off → -3", CREATE_PE_DMA_WINDOW, args(0, HI, LO + 1, 16, 30), 4, -3),
                refusedCreate("§6.5 3: page size not in the mask → -3", 13, 30, -3),
                refusedCreate("§6.5 3: page shift 0 → -3", 0, 30, -3),
                refusedCreate("§6.5 3: page shift 76 = 64 + 12 → -3", 76, 80, -3),
                refusedCreate("§6.5 3: page shift 2^32 - 1 → -3", 0xFFFF_FFFFL, 0xFFFF_FFFFL, -3),
                refusedCreate("§6.5 3: window shift < page shift → -3", 16, 15, -3),
                refusedCreate("§6.5 6: window shift - page shift = 32: no entry → -1", 12, 44, -1),
                refusedCreate("§6.5 6: window shift - page shift = 64 → -1", 12, 76, -1),
                refusedCreate("§6.5 6: window shift 2^32 - 1 → -1", 12, 0xFFFF_FFFFL, -1));
    }

    private static Stream<Row> creations() {
        return Stream.of(
                row(
                        "§6.5 4: 2 windows already active → -1",
                        vm -> vm.create(16, 30),
                        CREATE_PE_DMA_WINDOW,
                        create(16, 30),
                        args(-1, UNTOUCHED, UNTOUCHED, UNTOUCHED),
                        DEFAULT,
                        window(SECOND, 16, 1L << 43, 1 << 14)),
                row(
                        "§6.5 address: dma64_win_addr beside another, the free LIOBN",
                        AS_IS,
                        CREATE_PE_DMA_WINDOW,
                        create(24, 24),
                        args(0, (int) SECOND, 0x0800_0000, 0),
                        DEFAULT,
                        window(SECOND, 24, 1L << 35, 1)),
                row(
                        "§6.5 address: dma_win_addr if no window is active",
                        vm -> vm.remove(FIRST),
                        CREATE_PE_DMA_WINDOW,
                        create(21, 31),
                        args(0, (int) FIRST, 0, 0),
                        window(FIRST, 21, 0, 1 << 10)),
                row(
                        "§6.5 address Q: dma64_win_addr is taken → dma_win_addr",
                        vm -> {
                            vm.create(16, 30);
                            vm.remove(FIRST);
                        },
                        CREATE_PE_DMA_WINDOW,
                        create(16, 32),
                        args(0, (int) FIRST, 0, 0),
                        window(FIRST, 16, 0, 1 << 16),
                        window(SECOND, 16, 1L << 43, 1 << 14)),
                row(
                        "§6.5 no upper bound but row 6: 2^31 entries",
                        AS_IS,
                        CREATE_PE_DMA_WINDOW,
                        create(24, 55),
                        args(0, (int) SECOND, 0x0800_0000, 0),
                        DEFAULT,
                        window(SECOND, 24, 1L << 35, 1L << 31)));
    }

    static Stream<Row> remove() {
        return Stream.of(
                refused("§6.6 nargs 0 → -3", REMOVE_PE_DMA_WINDOW, args(), 1, -3),
                refused("§6.6 nargs 2 → -3", REMOVE_PE_DMA_WINDOW, args(FIRST, 0), 1, -3),
                refused("§6.6 nret 2 → -3", REMOVE_PE_DMA_WINDOW, args(FIRST), 2, -3),
                refused("§6.6 unknown liobn → -3", REMOVE_PE_DMA_WINDOW, args(0x7100_0002), 1, -3),
                refused("§6.6 owner PHB without ddw → -3", REMOVE_PE_DMA_WINDOW, args(FIRST + 0x100), 1, -3),
                refused("§6.6 table not enabled → -3", REMOVE_PE_DMA_WINDOW, args(SECOND), 1, -3),
                row("§6.6 the default window", AS_IS, REMOVE_PE_DMA_WINDOW, args(FIRST), args(0)),
                row(
                        "§6.6 a dynamic window beside the default one",
                        vm -> vm.create(16, 30),
                        REMOVE_PE_DMA_WINDOW,
                        args(SECOND),
                        args(0),
                        DEFAULT),
                row(
                        "§6.6 no window remains, not the default one → default restored",
                        vm -> {
                            vm.create(16, 30);
                            vm.remove(FIRST);
                        },
                        REMOVE_PE_DMA_WINDOW,
                        args(SECOND),
                        args(0),
                        DEFAULT),
                row(
                        "§6.6 Q: a dynamic window with window 0's LIOBN is not the default one → default restored",
                        vm -> {
                            vm.remove(FIRST);
                            vm.create(16, 30);
                        },
                        REMOVE_PE_DMA_WINDOW,
                        args(FIRST),
                        args(0),
                        DEFAULT));
    }

    static Stream<Row> reset() {
        return Stream.of(
                refused("§6.7 nargs 2 → -3", RESET_PE_DMA_WINDOW, args(0, HI), 1, -3),
                refused("§6.7 nret 2 → -3", RESET_PE_DMA_WINDOW, args(0, HI, LO), 2, -3),
                refused("§6.7 PHB unknown → -3", RESET_PE_DMA_WINDOW, args(0, HI, LO + 2), 1, -3),
                refused("§6.7 ddw off → -3", RESET_PE_DMA_WINDOW, args(0, HI, LO + 1), 1, -3),
                row("§6.7 as it is", AS_IS, RESET_PE_DMA_WINDOW, args(0, HI, LO), args(0), DEFAULT),
                row(
                        "§6.7 disables all windows",
                        vm -> vm.create(16, 30),
                        RESET_PE_DMA_WINDOW,
                        args(0, HI, LO),
                        args(0),
                        DEFAULT),
                row(
                        "§6.7 enables table 0 with the default geometry",
                        vm -> {
                            vm.remove(FIRST);
                            vm.create(16, 30);
                            vm.create(16, 30);
                        },
                        RESET_PE_DMA_WINDOW,
                        args(0, HI, LO),
                        args(0),
                        DEFAULT),
                row(
                        "§6.7 with no window",
                        vm -> vm.remove(FIRST),
                        RESET_PE_DMA_WINDOW,
                        args(0, HI, LO),
                        args(0),
                        DEFAULT));
    }

    static Stream<Row> tokens() {
        return Stream.of(0x2025L, 0x202AL, 0L, 0xFFFF_FFFFL)
                .map(token -> new Row(
                        "§6.3 unknown token 0x" + Long.toHexString(token) + " → -3 and H_PARAMETER",
                        AS_IS,
                        token,
                        args(0, HI, LO),
                        H_PARAMETER,
                        args(-3, UNTOUCHED),
                        List.of(DEFAULT)));
    }

    @ParameterizedTest
    @MethodSource({"tokens", "query", "create", "remove", "reset"})
    void shouldAnswerAsTheRowSaysWhenGuestCallsFirmware(final Row row) {
        row.before().accept(vm);
        final long[] results = vm.call(row.token(), row.results().length, row.arguments());
        assertEquals(row.status(), vm.status());
        assertArrayEquals(row.results(), results);
        assertEquals(row.windows(), vm.windows());
        assertEquals(List.of(), vm.refusals());
    }

    @ParameterizedTest(name = "§6.3 bridge {0}")
    @CsvSource({
        "0, 0x800000020000000, 0x80000000",
        "1, 0x800000020000001, 0x80000100",
        "0x7fffff, 0x8000000207fffff, 0xffffff00"
    })
    void shouldHaveTheMachinesNumbersWhenABridgeHasAnIndex(final String index, final String buid, final String liobn) {
        final HostBridge bridge = HostBridge.ofIndex(Integer.decode(index));
        assertEquals(
                new HostBridge(
                        Long.decode(buid),
                        Long.decode(liobn),
                        Long.decode(liobn) + 1,
                        2,
                        0,
                        0x4000_0000,
                        12,
                        1L << 59,
                        0x1000 + 0x10000 + 0x20_0000 + 0x100_0000),
                bridge);
    }

    @ParameterizedTest(name = "§6.4 page mask bit of 2^{0}")
    @CsvSource({
        "12, 1",
        "16, 2",
        "24, 4",
        "25, 8",
        "26, 0x10",
        "27, 0x20",
        "28, 0x40",
        "34, 0x80",
        "21, 0x100",
        "13, 0",
        "63, 0"
    })
    void shouldGiveTheBitWhenAPageSizeIsOffered(final int pageShift, final String bit) {
        assertEquals(Long.decode(bit), Rtas.pageSizeBits(1L << pageShift));
    }

    @Test
    void shouldHaveRoomForNoResultWhenTheGuestWantsNone() {
        vm.put(RtasVm.BUFFER, 6, UNTOUCHED);
        vm.call(RESET_PE_DMA_WINDOW, 0, 0, HI, LO);
        assertEquals(H_SUCCESS, vm.status());
        assertEquals(UNTOUCHED, vm.get(RtasVm.BUFFER, 6));
        vm.call(0, 0, 0, HI, LO);
        assertEquals(H_PARAMETER, vm.status());
        assertEquals(UNTOUCHED, vm.get(RtasVm.BUFFER, 6));
    }
}
