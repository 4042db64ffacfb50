package io.vfiotce.handoff;

import static io.vfiotce.papr.HStatus.H_HARDWARE;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.MappedWords;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import io.vfiotce.memory.WritableWords;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a handler makes of a request file, word by word as a VM, right or wrong, writes it. */
class SharedHandlerTest {
    private static final int CELLS = 3;
    private static final int RECORDS = 4;

    @TempDir
    Path temporary;

    private final List<String> asked = new ArrayList<>();
    private UserspaceHandler behaviour = (request, answer) -> answer.end(H_SUCCESS);
    private WindowLookup windows;
    private BridgeLookup bridges;
    private SharedHandoff handoff;
    private SharedHandler handler;
    private WritableWords vm;

    @BeforeEach
    void open() throws IOException {
        final Path directory = temporary.resolve("handoff");
        handoff = SharedHandoff.create(
                directory, new SharedHandoffConfig().maxVcpus(CELLS).maxRecords(RECORDS));
        handler = SharedHandler.open(directory, (published, hosts) -> {
            windows = published;
            bridges = hosts;
            return (request, answer) -> {
                asked.add(request.opcode() + " " + request.liobn() + " " + request.listWords());
                behaviour.handle(request, answer);
            };
        });
        try (FileChannel channel =
                FileChannel.open(directory.resolve("request"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            vm = WritableWords.mapWritable(channel, RequestFileDescriptor.sizeBytes(CELLS, RECORDS));
        }
        vm.setWordRelease(RequestFileDescriptor.OPEN_CELLS, CELLS);
    }

    @AfterEach
    void close() {
        handler.close();
        handoff.close();
    }

    private void request(final int cell, final long number, final long... words) {
        final int base = RequestFileDescriptor.cellWord(CELLS, RECORDS, cell);
        for (int i = 0; i < words.length; i++) {
            vm.setWordPlain(base + RequestFileDescriptor.ARGUMENTS + i, words[i]);
        }
        vm.setWordRelease(base + RequestFileDescriptor.NUMBER, number);
        state(cell, StateWord.request(number, handoff.epoch(), cell));
    }

    private void state(final int cell, final long word) {
        vm.setWordRelease(RequestFileDescriptor.cellWord(CELLS, RECORDS, cell) + RequestFileDescriptor.STATE, word);
    }

    @Test
    void shouldAnswerEachOnceWhenSeveralWait() {
        request(0, 1, 10, 20);
        request(2, 5, 11, 21);
        assertEquals(2, handler.doWork());
        assertEquals(0, handler.doWork());
        request(2, 6, 12, 22);
        assertEquals(1, handler.doWork());
        assertEquals(List.of("10 20 0", "11 21 0", "12 22 0"), asked);
    }

    @Test
    void shouldLeaveItAloneWhenItIsNoRequest() {
        final long epoch = handoff.epoch();
        request(0, 1, 10);
        for (final long word : new long[] {
            0,
            -1,
            StateWord.free(1, epoch, 0),
            StateWord.done(1, epoch, 0),
            StateWord.request(1, epoch, 1),
            StateWord.request(2, epoch, 0),
            StateWord.request(1, epoch + 1, 0),
            StateWord.request(1, epoch + (1 << 16), 0),
            StateWord.request(1, epoch, 0) ^ 1
        }) {
            state(0, word);
            assertEquals(0, handler.doWork(), Long.toHexString(word));
        }
        request(0, 0x1_0000_0001L, 10);
        assertEquals(1, handler.doWork(), "numbers have 64 bits, generations 32");
    }

    @Test
    void shouldStayInsideTheListPageWhenTheLengthIsNonsense() {
        int number = 0;
        for (final long words : new long[] {512, 513, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
            request(1, ++number, 10, 20, 0, 0, 0, words);
            assertEquals(1, handler.doWork());
        }
        assertEquals(List.of("10 20 512", "10 20 512", "10 20 0", "10 20 0", "10 20 512", "10 20 512"), asked);
    }

    @Test
    void shouldLookOnlyAtCellsThatThereAreWhenTheirNumberIsNonsense() {
        request(2, 1, 10);
        for (final long cells : new long[] {0, -1, Long.MIN_VALUE, 2}) {
            vm.setWordRelease(RequestFileDescriptor.OPEN_CELLS, cells);
            assertEquals(0, handler.doWork());
        }
        vm.setWordRelease(RequestFileDescriptor.OPEN_CELLS, Long.MAX_VALUE);
        assertEquals(1, handler.doWork());
    }

    @Test
    void shouldAnswerHardwareErrorAndGoOnWhenTheHandlerThrows() {
        behaviour = (request, answer) -> {
            answer.store(H_SUCCESS, 1, 2, 3);
            throw new IllegalStateException("planted");
        };
        request(0, 1, 10);
        assertEquals(1, handler.doWork());
        assertEquals(1, handler.failures());
        assertEquals(H_HARDWARE, answerWord(0, ResponseFileDescriptor.ANSWER));
        assertEquals(HcallAnswer.EFFECT_FAILED, answerWord(0, ResponseFileDescriptor.ANSWER + 1));
    }

    @Test
    void shouldLeaveTheRequestOpenWhenAFileTurnsOutToBeCutWhileItDecides() {
        behaviour = (request, answer) -> {
            throw new InternalError("planted");
        };
        request(0, 1, 10);
        assertThrows(AgentTerminationException.class, handler::doWork);
        assertEquals(0, answerWord(0, ResponseFileDescriptor.STATE));
        assertEquals(0, handler.failures());
    }

    @Test
    void shouldLeaveTheRequestOpenWhenTheHandlerEndsItsAgent() {
        behaviour = (request, answer) -> {
            throw new AgentTerminationException("planted");
        };
        request(0, 1, 10);
        assertThrows(AgentTerminationException.class, handler::doWork);
        assertEquals(0, answerWord(0, ResponseFileDescriptor.STATE));
        behaviour = (request, answer) -> answer.end(H_SUCCESS);
        assertEquals(1, handler.doWork());
    }

    private long answerWord(final int cell, final int word) {
        try (FileChannel channel =
                FileChannel.open(temporary.resolve("handoff").resolve("response"), StandardOpenOption.READ)) {
            return MappedWords.map(channel, ResponseFileDescriptor.sizeBytes(CELLS))
                    .wordAcquire(ResponseFileDescriptor.cellWord(cell) + word);
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldFindWindowsAndBridgesWhenTheyArePublished() {
        assertFalse(windows.find(0x8000_0000L));
        assertTrue(handoff.windowAdded(0x8000_0000L, 16, 3, 40, 77));
        handoff.addBridge(HostBridge.ofIndex(0));
        handoff.addBridge(HostBridge.ofIndex(1));
        assertTrue(windows.find(0x8000_0000L));
        assertEquals(16, windows.pageShift());
        assertEquals(3, windows.offsetPages());
        assertEquals(40, windows.sizePages());
        assertEquals(77, windows.generation());
        final HostBridge second = HostBridge.ofIndex(1);
        assertTrue(bridges.find(second.buid()));
        assertEquals(
                second,
                new HostBridge(
                        second.buid(),
                        bridges.liobn(),
                        bridges.secondLiobn(),
                        bridges.maxWindows(),
                        bridges.startBytes(),
                        bridges.sizeBytes(),
                        bridges.pageShift(),
                        bridges.secondStartBytes(),
                        bridges.pageSizeMask()));
        assertTrue(bridges.findByLiobn(second.secondLiobn()));
        assertEquals(second.liobn(), bridges.liobn());
        assertTrue(bridges.findByLiobn(HostBridge.ofIndex(0).liobn()));
        assertFalse(bridges.find(1));
        assertFalse(bridges.findByLiobn(1));
        assertTrue(handoff.windowAdded(1, 12, 0, 1, 78));
        assertFalse(handoff.windowAdded(2, 12, 0, 1, 79));
        assertThrows(IllegalStateException.class, () -> handoff.addBridge(second));
        handoff.windowRemoved(77);
        assertFalse(windows.find(0x8000_0000L));
        assertTrue(windows.find(1));
    }

    @Test
    void shouldKeepTheOldCopyUntilItIsWholeWhenARecordIsBeingWritten() {
        assertTrue(handoff.windowAdded(1, 12, 0, 10, 77));
        assertTrue(windows.find(1));
        final int base = RequestFileDescriptor.recordWord(0);
        // A writer that was stopped in the middle.
        vm.setWordRelease(base, 3);
        vm.setWordRelease(base + RequestFileDescriptor.PAYLOAD + 3, 11);
        vm.setWordRelease(RequestFileDescriptor.RECORD_CHANGES, 2);
        assertTrue(windows.find(1));
        assertEquals(10, windows.sizePages());
        // One whose checksum is wrong.
        vm.setWordRelease(base, 4);
        assertTrue(windows.find(1));
        assertEquals(10, windows.sizePages());
        vm.setWordRelease(base + RequestFileDescriptor.RECORD_CHECKSUM, checksum(base, 4));
        assertTrue(windows.find(1));
        assertEquals(11, windows.sizePages());
    }

    private long checksum(final int base, final long sequence) {
        final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
        final WordPage page = offHeap.allocate(RequestFileDescriptor.RECORD_WORDS * Long.BYTES);
        vm.copy(base, page, 0, RequestFileDescriptor.RECORD_WORDS);
        final long checksum = RecordWriter.checksum(page, sequence, handoff.epoch(), 0);
        offHeap.free(page);
        return checksum;
    }

    @Test
    void shouldKeepEveryPartApartWhenAStateWordIsMade() {
        final long word = StateWord.request(0x1_2345_6789L, 0xABC_DEF0L, 1);
        assertEquals(0x2345_6789L, word >>> 32);
        assertEquals(0xDEF0, word >>> 16 & 0xFFFF);
        assertEquals(2, word >>> 12 & 0xF);
        assertEquals(1, StateWord.free(1, 1, 1) >>> 12 & 0xF);
        assertEquals(3, StateWord.done(1, 1, 1) >>> 12 & 0xF);
        assertTrue(StateWord.isEarlierAnswer(StateWord.done(0xFFFF_FFFFL, 1, 1), 0x1_0000_0001L, 1, 1));
        assertFalse(StateWord.isEarlierAnswer(StateWord.done(5, 1, 1), 5, 1, 1));
        assertFalse(StateWord.isEarlierAnswer(StateWord.done(6, 1, 1), 5, 1, 1));
    }
}
