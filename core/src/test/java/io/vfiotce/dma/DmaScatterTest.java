package io.vfiotce.dma;

import static io.vfiotce.dma.DmaAccess.READ;
import static io.vfiotce.dma.DmaAccess.WRITE;
import static io.vfiotce.dma.DmaFixture.SECOND_SLOT;
import static io.vfiotce.dma.DmaFixture.SECOND_START;
import static io.vfiotce.dma.DmaStatus.OK;
import static io.vfiotce.dma.DmaStatus.PERMISSION;
import static io.vfiotce.dma.DmaStatus.TOO_SMALL;
import static io.vfiotce.dma.DmaStatus.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges as segments of memory. */
class DmaScatterTest {
    private final DmaFixture vm = new DmaFixture();
    private final UnsafeBuffer array = new UnsafeBuffer(ByteBuffer.allocateDirect(64));

    @AfterEach
    void close() {
        vm.close();
    }

    private List<Long> words(final int count) {
        final List<Long> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(array.getLong(i * 8));
        }
        return words;
    }

    private void mapThreeSegments() {
        vm.map(0x1000, 0x3003);
        vm.map(0x2000, 0x4003);
        vm.map(0x3000, 0x2001);
        vm.map(0x4000, SECOND_SLOT | 3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldMergeWhatLiesTogetherWhenPagesFollowEachOther(final boolean hints) {
        try (DmaContext nic = vm.open(hints)) {
            mapThreeSegments();
            for (int i = 0; i < 2; i++) {
                nic.begin();
                assertEquals(OK, nic.scatter(0x1800, 0x3000, READ, array.addressOffset(), 3));
                assertEquals(3, nic.segments());
                assertEquals(
                        List.of(
                                vm.address(0x3800),
                                0x1800L,
                                vm.address(0x2000),
                                0x1000L,
                                vm.address(SECOND_SLOT),
                                0x800L,
                                0L,
                                0L),
                        words(8));
                nic.end();
            }
        }
    }

    @Test
    void shouldSayHowManyAndWriteNothingWhenTheArrayIsTooSmall() {
        try (DmaContext nic = vm.open(true)) {
            mapThreeSegments();
            array.setMemory(0, 64, (byte) -1);
            for (int capacity = 0; capacity < 3; capacity++) {
                assertEquals(TOO_SMALL, nic.scatter(0x1800, 0x3000, READ, array.addressOffset(), capacity));
                assertEquals(3, nic.segments());
            }
            assertEquals(List.of(-1L, -1L, -1L, -1L, -1L, -1L, -1L, -1L), words(8));
        }
    }

    @Test
    void shouldWriteNothingWhenAPageIsRefused() {
        try (DmaContext nic = vm.open(true)) {
            mapThreeSegments();
            array.setMemory(0, 64, (byte) -1);
            assertEquals(PERMISSION, nic.scatter(0x1800, 0x3000, WRITE, array.addressOffset(), 3));
            assertEquals(0, nic.segments());
            assertEquals(UNMAPPED, nic.scatter(0x1800, 0x3801, READ, array.addressOffset(), 3));
            assertEquals(0, nic.segments());
            assertEquals(List.of(-1L, -1L, -1L, -1L, -1L, -1L, -1L, -1L), words(8));
        }
    }

    @Test
    void shouldHaveNoSegmentWhenThereIsNothing() {
        try (DmaContext nic = vm.open(true)) {
            assertEquals(OK, nic.scatter(0x1800, 0, READ, array.addressOffset(), 3));
            assertEquals(0, nic.segments());
            assertEquals(OK, nic.scatter(0x1800, -1, READ, array.addressOffset(), 3));
            assertEquals(0, nic.segments());
        }
    }

    @Test
    void shouldCrossTheWindowsWhenTheyTouch() {
        try (DmaContext nic = vm.open(true)) {
            vm.map(SECOND_START - 0x1000, 0xF003);
            vm.mapHigh(SECOND_START, 0x1_0003);
            assertEquals(OK, nic.scatter(SECOND_START - 0x10, 0x1_0010, READ, array));
            assertEquals(1, nic.segments());
            assertEquals(List.of(vm.address(0xFFF0), 0x1_0010L), words(2));
        }
    }

    @Test
    void shouldTakeABufferOnTheHeapWhenThereIsOne() {
        try (DmaContext nic = vm.open(true)) {
            mapThreeSegments();
            final UnsafeBuffer heap = new UnsafeBuffer(new byte[64], 8, 47);
            assertEquals(TOO_SMALL, nic.scatter(0x1800, 0x3000, READ, heap));
            assertEquals(OK, nic.scatter(0x1800, 0x2000, READ, heap));
            assertEquals(2, nic.segments());
            assertEquals(vm.address(0x2000), heap.getLong(16));
            assertEquals(0x800, heap.getLong(24));
            assertEquals(0, heap.getLong(32));
        }
    }
}
