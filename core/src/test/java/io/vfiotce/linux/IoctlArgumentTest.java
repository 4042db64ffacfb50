package io.vfiotce.linux;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The argument of an ioctl: every access that leaves the caller's memory is EFAULT, never another exception. */
class IoctlArgumentTest {
    private final byte[] memory = new byte[64];
    private final IoctlArgument argument = IoctlArgument.of(new UnsafeBuffer(memory), 40);

    private static void assertFault(final Executable call) {
        assertEquals(Errno.EFAULT, assertThrows(LinuxException.class, call).errno());
    }

    @Test
    void shouldReadAndWriteInTheMachinesOrderWhenFieldsAreThere() {
        argument.int32(0, 0x01020304);
        argument.int64(16, 0x0102030405060708L);
        final ByteBuffer bytes = ByteBuffer.wrap(memory).order(ByteOrder.nativeOrder());
        assertEquals(0x01020304, bytes.getInt(40));
        assertEquals(0x0102030405060708L, bytes.getLong(56));
        assertEquals(0x01020304, argument.int32(0));
        assertEquals(0x0102030405060708L, argument.int64(16));
        assertEquals(memory[63], argument.int8(23));
        assertEquals(24, argument.readableBytes());
        assertEquals(0, argument.value());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -4, -8, -40, Integer.MIN_VALUE, 24, 25, 1 << 30, Integer.MAX_VALUE, Integer.MAX_VALUE - 3})
    void shouldFaultWhenAFieldIsOutside(final int field) {
        assertFault(() -> argument.int8(field));
        assertFault(() -> argument.int32(field));
        assertFault(() -> argument.int64(field));
        assertFault(() -> argument.int32(field, 1));
        assertFault(() -> argument.int64(field, 1));
        assertEquals(
                0, ByteBuffer.wrap(memory).getLong(32) | ByteBuffer.wrap(memory).getLong(40));
    }

    @Test
    void shouldFaultWhenAFieldIsCutByTheEnd() {
        assertFault(() -> argument.int32(21));
        assertFault(() -> argument.int64(17));
        assertDoesNotThrow(() -> argument.int32(20));
        assertDoesNotThrow(() -> argument.int64(16));
        assertDoesNotThrow(() -> argument.int8(23));
    }

    @ParameterizedTest
    @CsvSource({"0, true", "24, true", "25, false", "2147483647, false", "-1, false", "-2147483648, false"})
    void shouldDemandBytesWhenSizesAreAnything(final int bytes, final boolean there) {
        if (there) {
            assertDoesNotThrow(() -> argument.requireBytes(bytes));
        } else {
            assertFault(() -> argument.requireBytes(bytes));
        }
    }

    @Test
    void shouldHaveNoBytesWhenThereIsNoStructure() {
        final IoctlArgument number = IoctlArgument.of(77);
        assertEquals(77, number.value());
        assertEquals(0, number.readableBytes());
        assertFault(() -> number.int32(0));
        assertFault(() -> IoctlArgument.of(null, 0).int8(0));
        assertFault(() -> IoctlArgument.of(new UnsafeBuffer(memory), -4).int32(4));
        assertFault(() -> IoctlArgument.of(new UnsafeBuffer(memory), 65).int8(0));
        assertFault(() -> IoctlArgument.of(new UnsafeBuffer(memory), 64).int8(0));
        assertDoesNotThrow(() -> number.requireBytes(0));
    }
}
