package io.vfiotce.papr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers and names of the hypercalls. */
class HcallTest {
    @ParameterizedTest
    @CsvSource({"0x1C, 0, H_GET_TCE", "0x20, 1, H_PUT_TCE", "0x138, 2, H_STUFF_TCE", "0x13C, 3, H_PUT_TCE_INDIRECT"})
    void shouldNumberAndNameTheCallWhenItIsATceHypercall(final String opcode, final int index, final String name) {
        assertEquals(index, Hcall.index(Long.decode(opcode)));
        assertEquals(name, Hcall.name(index));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x18, 0x24, 0x134, 0x140, -1, 0x1_0000_001CL, 0x1_0000_0020L, Long.MIN_VALUE | 0x138})
    void shouldGiveNoNumberWhenTheOpcodeIsAnother(final long opcode) {
        assertEquals(-1, Hcall.index(opcode));
    }

    @Test
    void shouldSpellTheNumberWhenAnIndexHasNoName() {
        assertEquals("H_4", Hcall.name(Hcall.COUNT));
        assertEquals("H_-1", Hcall.name(-1));
    }
}
