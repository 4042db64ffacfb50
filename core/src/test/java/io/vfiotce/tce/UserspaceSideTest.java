package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.OffHeap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Emptying a window and replaying it: what its notifiers are told, and in which order. */
class UserspaceSideTest {
    /** Writes down what it is told. */
    private static final class Diary implements TceNotifier {
        private final List<String> lines = new ArrayList<>();
        private final Map<Long, Long> view = new TreeMap<>();

        @Override
        public void begin() {
            lines.add("begin");
        }

        @Override
        public void end() {
            lines.add("end");
        }

        @Override
        public void tceChanged(final long ioba, final int pageShift, final long tce) {
            lines.add(Long.toHexString(ioba) + "=" + Long.toHexString(tce));
            view.put(ioba >>> pageShift, tce);
        }
    }

    private final TceTable table = new TceTable(new WindowGeometry(1, 12, 0x10, 1 << 20), 12, new OffHeap(1L << 30));
    private final UserspaceSide side = table.userspaceSide();

    @Test
    void shouldTellWhatWasThereAndThenWhatIsWhenClearedAndReplayed() {
        table.fill(1, 2, 0x2003);
        table.fill(0xfffff, 1, 0x7000);
        final Diary diary = new Diary();
        side.add(diary);
        side.clear(table);
        assertEquals(-1, table.nextNonZero(0));
        assertEquals(List.of("begin", "11000=0", "12000=0", "end", "begin", "10000f000=0", "end"), diary.lines);
        diary.lines.clear();
        side.replay(table);
        assertEquals(List.of("begin", "end"), diary.lines);
        table.fill(2, 1, 0x3003);
        table.fill(9, 1, 0x4000);
        diary.lines.clear();
        side.replay(table);
        assertEquals(List.of("begin", "12000=3003", "19000=4000", "end"), diary.lines);
    }

    @Test
    void shouldTellEveryEntryToEveryNotifierWhenRunsAreLong() {
        table.fill(300, 2000, 0x2003);
        table.fill(0xffc00, 0x400, 0x2003);
        final List<Diary> diaries = List.of(new Diary(), new Diary());
        diaries.forEach(side::add);
        side.clear(table);
        assertEquals(-1, table.nextNonZero(0));
        table.fill(1000, 3, 0x5001);
        side.replay(table);
        for (final Diary diary : diaries) {
            assertEquals(2000 + 0x400, diary.view.size());
            assertEquals(
                    3, diary.view.values().stream().filter(tce -> tce == 0x5001).count());
            diary.view.forEach((page, tce) -> assertEquals(table.tceAcquire(page - 0x10), tce));
        }
    }

    @Test
    void shouldKeepTheBypassFlagWhenItIsSet() {
        assertFalse(side.isBypassed());
        final ChangeCount changes = new ChangeCount();
        side.setBypass(true, changes);
        assertTrue(side.isBypassed());
        assertEquals(1, changes.count());
        side.setBypass(false, changes);
        assertFalse(side.isBypassed());
        assertEquals(2, changes.count());
    }
}
