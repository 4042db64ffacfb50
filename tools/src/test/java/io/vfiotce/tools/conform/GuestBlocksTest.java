package io.vfiotce.tools.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.tools.handler.HandlerKind;
import io.vfiotce.tools.handler.Handlers;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Guest memory of scenarios. */
class GuestBlocksTest {
    @Test
    void shouldUseBlocksAgainWhenNextScenarioStarts() {
        final GuestBlocks blocks = new GuestBlocks();
        final GuestMemory first = blocks.take(0x6000000);
        final GuestMemory second = blocks.take(0x6000000);
        assertNotSame(first, second);
        assertEquals(0x8000000, first.sizeBytes());
        blocks.reuse();
        assertSame(first, blocks.take(0x5000000));
        assertSame(second, blocks.take(0x8000000));
        assertEquals(0x10000, blocks.take(0x1000).sizeBytes());
    }

    @Test
    void shouldSplitMemoryIntoSlotsWhenItIsLongerThanABlock() {
        try (ScenarioVm vm = new ScenarioVm(12, Handlers.of(HandlerKind.THREAD), new GuestBlocks())) {
            vm.addMemory(0x1000, 0x80001000L, 0x7000);
            final List<Memslot> slots = vm.memslots().slots();
            assertEquals(
                    List.of("1000 40000000 7000", "40001000 40000000 40007000", "80001000 1000 80007000"),
                    slots.stream()
                            .map(slot -> Long.toHexString(slot.gpa()) + " " + Long.toHexString(slot.sizeBytes()) + " "
                                    + Long.toHexString(slot.ua()))
                            .collect(Collectors.toList()));
        }
    }
}
