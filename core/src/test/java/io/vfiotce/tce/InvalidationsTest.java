package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told that entries of an IOMMU table have changed. */
class InvalidationsTest {
    private static final long START_BYTES = 1L << 59;

    private final List<String> calls = new ArrayList<>();
    private final TceInvalidation recorder =
            (bus, pages, shift) -> calls.add(Long.toHexString(bus) + "+" + pages + "<<" + shift);
    private UserProcess process;
    private IommuTable table;

    @BeforeEach
    void create() {
        process = new UserProcess(new ProcessConfig());
        table = new IommuTable(process, new IommuTableGeometry(12, START_BYTES, 1 << 30, 1, 16), true);
    }

    @AfterEach
    void close() {
        table.put();
        process.close();
    }

    @Test
    void shouldTellNobodyWhenThereIsNoListener() {
        assertFalse(table.hasInvalidation());
        table.invalidate(0, 1);
        table.addInvalidation(recorder);
        table.removeInvalidation(recorder);
        calls.clear();
        table.removeInvalidation(recorder);
        assertFalse(table.hasInvalidation());
        table.invalidate(0, 1);
        assertEquals(List.of(), calls);
    }

    @Test
    void shouldTellTheBusAddressOnceWhenARangeChanged() {
        table.addInvalidation(recorder);
        assertTrue(table.hasInvalidation());
        table.invalidate(2, 5);
        assertEquals(List.of("800000000002000+5<<12"), calls);
    }

    @Test
    void shouldTellNobodyWhenNothingChanged() {
        table.addInvalidation(recorder);
        table.invalidate(2, 0);
        assertEquals(List.of(), calls);
    }

    @Test
    void shouldTellEachGroupWhenSeveralShareTheTable() {
        table.addInvalidation(recorder);
        table.addInvalidation((bus, pages, shift) -> calls.add("second"));
        table.addInvalidation(recorder);
        table.invalidate(0, 1);
        assertEquals(List.of("800000000000000+1<<12", "second", "800000000000000+1<<12"), calls);
        table.removeInvalidation(recorder);
        calls.clear();
        table.invalidate(0, 1);
        assertEquals(List.of("second", "800000000000000+1<<12"), calls);
    }

    @Test
    void shouldTellOfTheWholeTableWhenAListenerGoes() {
        table.addInvalidation(recorder);
        table.removeInvalidation(recorder);
        assertEquals(List.of("800000000000000+262144<<12"), calls);
    }

    @Test
    void shouldTellTheOthersAndCountWhenAListenerThrows() {
        table.addInvalidation((bus, pages, shift) -> {
            throw new IllegalStateException("planted");
        });
        table.addInvalidation(recorder);
        table.invalidate(0, 1);
        assertEquals(1, calls.size());
        assertEquals(1, table.failedInvalidations());
    }
}
