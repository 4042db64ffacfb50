package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.support.Seeds;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tables on LIOBNs: attached, released, dead and closed in every order, with every reference given back once. */
class AttachedTablesTest {
    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final long emptyBytes = process.offHeap().allocatedBytes();
    private final IommuTable table = table();
    private final IommuTable second = table();
    private final AttachedTables attached = new AttachedTables();

    private IommuTable table() {
        return new IommuTable(process, new IommuTableGeometry(12, 0, 1L << 15, 1, 6), true);
    }

    @AfterEach
    void shouldHaveFreedEverything() {
        attached.close();
        assertEquals(1, table.references());
        assertEquals(1, second.references());
        table.put();
        second.put();
        process.reclaimer().reclaim();
        assertEquals(emptyBytes, process.offHeap().allocatedBytes());
        process.close();
    }

    @Test
    void shouldShowTheNewestFirstWhenAttached() {
        assertNull(attached.liveAcquire());
        assertTrue(attached.attach(table));
        assertTrue(attached.attach(second));
        assertArrayEquals(new IommuTable[] {second, table}, attached.liveAcquire());
        attached.release(second);
        assertArrayEquals(new IommuTable[] {table}, attached.liveAcquire());
        attached.release(table);
        assertNull(attached.liveAcquire());
    }

    @Test
    void shouldTakeOneReferenceWhenAttachedTwice() {
        assertTrue(attached.attach(table));
        assertTrue(attached.attach(table));
        assertEquals(2, attached.references(table));
        assertEquals(2, table.references());
        assertEquals(1, attached.size());
        attached.release(table);
        assertArrayEquals(new IommuTable[] {table}, attached.liveAcquire());
        attached.release(table);
        assertEquals(0, attached.references(table));
        assertEquals(1, table.references());
        attached.release(table);
        assertEquals(1, table.references());
    }

    @Test
    void shouldHideATableFromAllPlacesWhenItDies() {
        final AttachedTables elsewhere = new AttachedTables();
        attached.attach(table);
        attached.attach(second);
        elsewhere.attach(table);
        table.die();
        assertTrue(table.links().isDead());
        assertFalse(second.links().isDead());
        assertArrayEquals(new IommuTable[] {second}, attached.liveAcquire());
        assertNull(elsewhere.liveAcquire());
        assertEquals(2, attached.size());
        assertEquals(1, table.references(), "a dead link keeps no memory");
        assertFalse(attached.attach(table), "dead and still linked");
        assertEquals(1, attached.references(table));
        table.die();
        attached.release(table);
        assertFalse(attached.attach(table), "dead and not linked");
        elsewhere.close();
        assertEquals(1, table.references());
    }

    @Test
    void shouldReleaseAllAndRefuseWhenClosed() {
        attached.attach(table);
        attached.attach(table);
        attached.attach(second);
        second.die();
        attached.close();
        assertEquals(0, attached.size());
        assertNull(attached.liveAcquire());
        assertFalse(attached.attach(table));
        assertEquals(1, table.references());
        attached.release(table);
        attached.close();
    }

    @Test
    void shouldRefuseWhenTheTableIsBeingFreed() {
        final IommuTable gone = table();
        gone.put();
        assertFalse(attached.attach(gone));
        assertEquals(0, attached.size());
        assertEquals(0, gone.references());
    }

    @Test
    void shouldFreeWhenTheContainerLetsGoThoughADeadLinkStays() {
        final IommuTable kept = table();
        attached.attach(kept);
        kept.die();
        kept.put();
        process.reclaimer().reclaim();
        assertEquals(emptyBytes + 2 * 64, process.offHeap().allocatedBytes());
        assertEquals(1, attached.references(kept));
        attached.release(kept);
        process.reclaimer().reclaim();
        assertEquals(emptyBytes + 2 * 64, process.offHeap().allocatedBytes());
    }

    @Test
    void shouldBehaveLikeAMapOfCountsWhenUsedAtRandom() {
        final SplittableRandom random = new SplittableRandom(Seeds.seed("AttachedTablesTest"));
        for (int round = 0; round < 2_000; round++) {
            final IommuTable[] tables = {table(), table(), table()};
            final AttachedTables[] places = {new AttachedTables(), new AttachedTables()};
            final Map<Integer, Integer> expected = new HashMap<>();
            final boolean[] dead = new boolean[3];
            final boolean[] closed = new boolean[2];
            for (int step = 0; step < 20; step++) {
                final int t = random.nextInt(3);
                final int p = random.nextInt(2);
                final int key = t * 2 + p;
                switch (random.nextInt(8)) {
                    case 0 -> {
                        tables[t].die();
                        dead[t] = true;
                    }
                    case 1 -> {
                        places[p].close();
                        closed[p] = true;
                        expected.keySet().removeIf(any -> any % 2 == p);
                    }
                    case 2, 3, 4 -> {
                        final boolean can = !dead[t] && !closed[p];
                        assertEquals(can, places[p].attach(tables[t]));
                        expected.merge(key, can ? 1 : 0, Integer::sum);
                    }
                    default -> {
                        places[p].release(tables[t]);
                        expected.computeIfPresent(key, (any, count) -> Math.max(0, count - 1));
                    }
                }
                expected.values().removeIf(count -> count == 0);
                check(tables, places, expected, dead);
            }
            for (final AttachedTables place : places) {
                place.close();
            }
            for (final IommuTable any : tables) {
                assertEquals(1, any.references());
                any.put();
            }
        }
    }

    private static void check(
            final IommuTable[] tables,
            final AttachedTables[] places,
            final Map<Integer, Integer> expected,
            final boolean[] dead) {
        for (int t = 0; t < tables.length; t++) {
            int links = 0;
            for (int p = 0; p < places.length; p++) {
                final int count = expected.getOrDefault(t * 2 + p, 0);
                assertEquals(count, places[p].references(tables[t]));
                assertEquals(count > 0 && !dead[t], isLive(places[p], tables[t]));
                links += count > 0 ? 1 : 0;
            }
            assertEquals(dead[t] ? 1 : 1 + links, tables[t].references());
        }
    }

    private static boolean isLive(final AttachedTables place, final IommuTable table) {
        final IommuTable[] live = place.liveAcquire();
        int found = 0;
        for (int i = 0; live != null && i < live.length; i++) {
            found += live[i] == table ? 1 : 0;
        }
        return found == 1;
    }

    @Test
    void shouldNeverStayLiveWhenItDiesWhileItIsAttached() throws Exception {
        final int rounds = 3_000;
        final IommuTable[] tables = new IommuTable[rounds];
        final AttachedTables[] places = new AttachedTables[rounds];
        for (int i = 0; i < rounds; i++) {
            tables[i] = table();
            places[i] = new AttachedTables();
        }
        final CyclicBarrier barrier = new CyclicBarrier(2);
        final Thread killer = new Thread(() -> {
            for (int i = 0; i < rounds; i++) {
                pass(barrier);
                tables[i].die();
            }
        });
        killer.start();
        final boolean[] attachedFirst = new boolean[rounds];
        for (int i = 0; i < rounds; i++) {
            pass(barrier);
            attachedFirst[i] = places[i].attach(tables[i]);
        }
        killer.join();
        for (int i = 0; i < rounds; i++) {
            assertNull(places[i].liveAcquire(), "round " + i);
            assertEquals(attachedFirst[i] ? 1 : 0, places[i].references(tables[i]));
            assertEquals(1, tables[i].references());
            places[i].close();
            assertEquals(1, tables[i].references());
            tables[i].put();
        }
    }

    private static void pass(final CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
