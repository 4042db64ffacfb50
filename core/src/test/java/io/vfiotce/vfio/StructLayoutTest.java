package io.vfiotce.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every structure, byte for byte as C compilers lay it out on 64-bit Linux. */
class StructLayoutTest {
    static Stream<Arguments> structs() {
        return Stream.of(
                struct(GroupStatusLayout.STRUCT, 8, "argsz 0/4, flags 4/4"),
                struct(
                        DeviceInfoLayout.STRUCT,
                        20,
                        "argsz 0/4, flags 4/4, num_regions 8/4, num_irqs 12/4, cap_offset 16/4"),
                struct(
                        RegionInfoLayout.STRUCT,
                        32,
                        "argsz 0/4, flags 4/4, index 8/4, cap_offset 12/4, size 16/8, offset 24/8"),
                struct(IrqInfoLayout.STRUCT, 16, "argsz 0/4, flags 4/4, index 8/4, count 12/4"),
                struct(IrqSetLayout.STRUCT, 20, "argsz 0/4, flags 4/4, index 8/4, start 12/4, count 16/4, data 20/0"),
                struct(InfoCapHeaderLayout.STRUCT, 8, "id 0/2, version 2/2, next 4/4"),
                struct(Type1InfoLayout.STRUCT, 24, "argsz 0/4, flags 4/4, iova_pgsizes 8/8, cap_offset 16/4"),
                struct(DmaMapLayout.STRUCT, 32, "argsz 0/4, flags 4/4, vaddr 8/8, iova 16/8, size 24/8"),
                struct(DmaUnmapLayout.STRUCT, 24, "argsz 0/4, flags 4/4, iova 8/8, size 16/8, data 24/0"),
                struct(BitmapLayout.STRUCT, 24, "pgsize 0/8, size 8/8, data 16/8"),
                struct(DdwInfoLayout.STRUCT, 16, "pgsizes 0/8, max_dynamic_windows_supported 8/4, levels 12/4"),
                struct(
                        SpaprTceInfoLayout.STRUCT,
                        32,
                        "argsz 0/4, flags 4/4, dma32_window_start 8/4, dma32_window_size 12/4, ddw 16/16"),
                struct(EehPeErrLayout.STRUCT, 24, "type 0/4, func 4/4, addr 8/8, mask 16/8"),
                struct(EehPeOpLayout.STRUCT, 40, "argsz 0/4, flags 4/4, op 8/4, err 16/24"),
                struct(RegisterMemoryLayout.STRUCT, 24, "argsz 0/4, flags 4/4, vaddr 8/8, size 16/8"),
                struct(
                        TceCreateLayout.STRUCT,
                        40,
                        "argsz 0/4, flags 4/4, page_shift 8/4, resv1 12/4, window_size 16/8, levels 24/4, resv2 28/4,"
                                + " start_addr 32/8"),
                struct(TceRemoveLayout.STRUCT, 16, "argsz 0/4, flags 4/4, start_addr 8/8"),
                struct(KvmVfioSpaprTceLayout.STRUCT, 8, "groupfd 0/4, tablefd 4/4"));
    }

    private static Arguments struct(final StructLayout layout, final int sizeBytes, final String fields) {
        return Arguments.of("§1.4 " + layout.name(), layout, sizeBytes, fields);
    }

    private static String describe(final StructField field) {
        return field.name() + ' ' + field.offset() + '/' + field.sizeBytes();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("structs")
    void shouldLieAsInLinuxWhenDeclared(
            final String row, final StructLayout layout, final int sizeBytes, final String fields) {
        assertEquals(row, "§1.4 " + layout.name());
        assertEquals(sizeBytes, layout.sizeBytes());
        assertEquals(
                fields, layout.fields().stream().map(StructLayoutTest::describe).collect(Collectors.joining(", ")));
    }

    @Test
    void shouldCountFromTheOuterStructWhenAFieldIsNested() {
        final String nested = Stream.of(
                        SpaprTceInfoLayout.DDW_PGSIZES,
                        SpaprTceInfoLayout.DDW_MAX_DYNAMIC_WINDOWS_SUPPORTED,
                        SpaprTceInfoLayout.DDW_LEVELS,
                        EehPeOpLayout.ERR_TYPE,
                        EehPeOpLayout.ERR_FUNC,
                        EehPeOpLayout.ERR_ADDR,
                        EehPeOpLayout.ERR_MASK)
                .map(StructLayoutTest::describe)
                .collect(Collectors.joining(", "));
        assertEquals(
                "ddw.pgsizes 16/8, ddw.max_dynamic_windows_supported 24/4, ddw.levels 28/4, err.type 16/4,"
                        + " err.func 20/4, err.addr 24/8, err.mask 32/8",
                nested);
    }

    static Stream<Arguments> minSizes() {
        return Stream.of(
                Arguments.of("§1.4 minsz group_status", GroupStatusLayout.FLAGS, 8),
                Arguments.of("§1.4 minsz device_info", DeviceInfoLayout.NUM_IRQS, 16),
                Arguments.of("§1.4 minsz region_info", RegionInfoLayout.OFFSET, 32),
                Arguments.of("§1.4 minsz irq_info", IrqInfoLayout.COUNT, 16),
                Arguments.of("§1.4 minsz irq_set", IrqSetLayout.COUNT, 20),
                Arguments.of("§1.4 minsz type1_info", Type1InfoLayout.IOVA_PGSIZES, 16),
                Arguments.of("§1.4 capsz type1_info", Type1InfoLayout.CAP_OFFSET, 20),
                Arguments.of("§1.4 minsz dma_map", DmaMapLayout.SIZE, 32),
                Arguments.of("§1.4 minsz dma_unmap", DmaUnmapLayout.SIZE, 24),
                Arguments.of("§1.4 minsz spapr info", SpaprTceInfoLayout.DMA32_WINDOW_SIZE, 16),
                Arguments.of("§1.4 minsz spapr info, long form", SpaprTceInfoLayout.DDW, 32),
                Arguments.of("§1.4 minsz register_memory", RegisterMemoryLayout.SIZE, 24),
                Arguments.of("§1.4 minsz tce_create", TceCreateLayout.START_ADDR, 40),
                Arguments.of("§1.4 minsz tce_remove", TceRemoveLayout.START_ADDR, 16),
                Arguments.of("§1.4 minsz eeh op", EehPeOpLayout.OP, 12),
                Arguments.of("§1.4 minsz eeh op INJECT_ERR", EehPeOpLayout.ERR_MASK, 40));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("minSizes")
    void shouldYieldEveryMinSizeWhenTheLastFieldIsGiven(
            final String row, final StructField last, final int minSizeBytes) {
        assertEquals(minSizeBytes, StructField.offsetOfEnd(last), row);
    }

    @Test
    void shouldNumberRequestsAsPowerpcAndAcceptThoseOfX86WhenAsked() throws IllegalAccessException {
        assertEquals(0x2000_3B64, VfioRequest.VFIO_GET_API_VERSION);
        assertEquals(0x2000_3B6F, VfioRequest.VFIO_DEVICE_RESET);
        assertEquals(0x2000_3B70, VfioRequest.VFIO_IOMMU_SPAPR_TCE_GET_INFO);
        assertEquals(0x2000_3B79, VfioRequest.VFIO_EEH_PE_OP);
        for (final var field : VfioRequest.class.getFields()) {
            final int request = field.getInt(null);
            assertEquals(request, VfioRequest.powerpc(request & 0xFFFF));
            assertEquals(request, VfioRequest.powerpc(request));
        }
        assertEquals(0x3C64, VfioRequest.powerpc(0x3C64));
        assertEquals(28, Arrays.stream(VfioRequest.class.getFields()).count());
    }
}
