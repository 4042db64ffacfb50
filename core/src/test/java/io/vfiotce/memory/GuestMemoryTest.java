package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guest memory, the slots that show it, and the address space of slots. */
class GuestMemoryTest {
    @Test
    void shouldStoreBigEndianWhenAWordIsWritten() {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(64).order(ByteOrder.BIG_ENDIAN);
        final GuestMemory memory = GuestMemory.ofBuffer(buffer);
        memory.putBigEndianOpaque(56, 0x0102_0304_0506_0708L);
        assertEquals(0x0102_0304_0506_0708L, buffer.getLong(56));
        assertEquals(1, buffer.get(56));
        assertEquals(0x0102_0304_0506_0708L, GuestMemory.bigEndianOpaque(memory.address() + 56));
        assertSame(buffer, memory.owner());
        assertEquals(64, memory.sizeBytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {-8, 57, 64, 4, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldThrowWhenAWordLiesOutsideOrAcrossWords(final long offset) {
        final GuestMemory memory = GuestMemory.ofBuffer(ByteBuffer.allocateDirect(64));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.putBigEndianOpaque(offset, 1));
    }

    @Test
    void shouldRefuseWhenMemoryCannotBeTheGuests() {
        final ByteBuffer heap = ByteBuffer.allocate(64);
        assertThrows(IllegalArgumentException.class, () -> GuestMemory.ofBuffer(heap));
        assertThrows(IllegalArgumentException.class, () -> GuestMemory.ofAddress(0x1004, 64, null));
        assertThrows(IllegalArgumentException.class, () -> GuestMemory.ofAddress(0x1000, 0, null));
        assertThrows(IllegalArgumentException.class, () -> GuestMemory.sparse(0));
        assertThrows(IllegalArgumentException.class, () -> GuestMemory.sparse(1L << 31));
    }

    @Test
    void shouldReadZerosWhenSparseMemoryIsFresh() {
        final GuestMemory memory = GuestMemory.sparse(1 << 20);
        assertEquals(0, GuestMemory.bigEndianOpaque(memory.address() + (1 << 20) - 8));
        memory.putBigEndianOpaque(0, -1);
        assertEquals(-1, GuestMemory.bigEndianOpaque(memory.address()));
    }

    @Test
    void shouldCopyWordsInOrderWhenAListIsRead() {
        final GuestMemory memory = GuestMemory.sparse(0x3000);
        final OffHeap offHeap = new OffHeap(1 << 20);
        final WordPage target = offHeap.allocate(4096);
        for (int i = 0; i < 512; i++) {
            memory.putBigEndianOpaque(0x2000 + i * 8L, 3L * i - 1);
        }
        final Memslots slots = Memslots.EMPTY.with(Memslot.of(0x70_0000, memory));
        slots.copyList(0, 0x70_2000, 511, target, 0, 0, -1);
        for (int i = 0; i < 511; i++) {
            assertEquals(3L * i - 1, target.wordPlain(i));
        }
        assertEquals(0, target.wordPlain(511));
        offHeap.free(target);
    }

    @Test
    void shouldTellOrdinaryListsFromOthersWhenCopying() {
        final GuestMemory memory = GuestMemory.sparse(0x1000);
        final OffHeap offHeap = new OffHeap(1 << 20);
        final WordPage target = offHeap.allocate(4096);
        final Memslots slots = Memslots.EMPTY.with(Memslot.of(0, memory));
        // Units 0x70 to 0x73 are where ordinary words point, 0xffc are bits that they do not have.
        for (int i = 0; i < 512; i++) {
            memory.putBigEndianOpaque(i * 8L, 0x7_0000 + (i & 3) * 0x1000L + 3);
        }
        for (final long word : new long[] {0x6_F003, 0x7_4000, 0, -1, 0x7_0803, 0x7_0004, 1L << 63}) {
            for (final int at : new int[] {0, 255, 511}) {
                assertEquals(0, slots.copyList(0, 0, 512, target, 0xffc, 0x70, 3));
                memory.putBigEndianOpaque(at * 8L, word);
                assertNotEquals(0, slots.copyList(0, 0, 512, target, 0xffc, 0x70, 3), "word " + Long.toHexString(word));
                assertEquals(word, target.wordPlain(at));
                assertEquals(0, slots.copyList(0, 0, at, target, 0xffc, 0x70, 3));
                memory.putBigEndianOpaque(at * 8L, 0x7_0003);
            }
        }
        assertNotEquals(0, slots.copyList(0, 0, 1, target, 0, 0, -1), "no memory is known");
        offHeap.free(target);
    }

    @Test
    void shouldRefuseWhenASlotIsEmptyWrapsOrIsLongerThanItsMemory() {
        final GuestMemory memory = GuestMemory.ofAddress(0x1000, 0x2000, null);
        assertThrows(IllegalArgumentException.class, () -> new Memslot(0, 0, 0, memory));
        assertThrows(IllegalArgumentException.class, () -> new Memslot(0, -1, 0, memory));
        assertThrows(IllegalArgumentException.class, () -> new Memslot(-0x1000, 0x2000, 0, memory));
        assertThrows(IllegalArgumentException.class, () -> new Memslot(0, 0x3000, 0, memory));
        assertEquals(-0x1000, new Memslot(-0x1000, 0x1000, 0, memory).gpa());
        assertEquals(
                Memslot.DEFAULT_UA_BASE + 0x5000, Memslot.of(0x5000, memory).ua());
    }

    @Test
    void shouldReportTheErrnoWhenASlotDoesNotFitTheAddressSpace() {
        final ChangeCount changes = new ChangeCount();
        final GuestAddressSpace space = new GuestAddressSpace(16, changes);
        final GuestMemory memory = GuestMemory.ofAddress(0x1_0000, 0x4_0000, null);
        space.add(new Memslot(0, 0x2_0000, 0, memory));
        assertEquals(Errno.EEXIST, errno(() -> space.add(new Memslot(0x1_0000, 0x1_0000, 0, memory))));
        assertEquals(Errno.EINVAL, errno(() -> space.add(new Memslot(0x4_1000, 0x1_0000, 0, memory))));
        assertEquals(Errno.EINVAL, errno(() -> space.add(new Memslot(0x4_0000, 0x1000, 0, memory))));
        assertEquals(Errno.EINVAL, errno(() -> space.add(new Memslot(0x4_0000, 0x1_0000, 8, memory))));
        assertEquals(Errno.EINVAL, errno(() -> space.remove(0x1_0000)));
        assertEquals(1, space.memslotsAcquire().slots().size());
        assertEquals(1, changes.count());
        space.remove(0);
        assertEquals(0, space.memslotsAcquire().slots().size());
        assertEquals(2, changes.count());
    }

    private static Errno errno(final Runnable call) {
        return assertThrows(LinuxException.class, call::run).errno();
    }
}
