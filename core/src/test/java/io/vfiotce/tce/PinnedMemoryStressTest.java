package io.vfiotce.tce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.MappedCounts;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.RegionSet;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Tce;
import io.vfiotce.support.FakeHostMemory;
import io.vfiotce.support.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Real threads: vCPUs and an ioctl map and unmap while regions are registered, unregistered and orphaned (S-06). No region
 * goes while an entry points into it, and in the end everything is back.
 */
class PinnedMemoryStressTest {
    private static final long RUN_NS = TimeUnit.MILLISECONDS.toNanos(Long.getLong("vfiotce.stress.ms", 3_000));
    private static final long PAGE = 1L << 16;
    private static final long PAGES = 4;
    private static final int REGIONS = 3;
    private static final int ENTRIES = 12;

    private final FakeHostMemory host = new FakeHostMemory(16);
    private final UserProcess process = new UserProcess(new ProcessConfig().hostMemory(host));
    private final PinnedMemory memory = process.pinnedMemory();
    private final long emptyBytes = process.offHeap().allocatedBytes();
    private final IommuTable table = new IommuTable(process, new IommuTableGeometry(16, 0, 1L << 22, 2, 6), true);
    private final SplittableRandom seeds = new SplittableRandom(Seeds.seed("PinnedMemoryStressTest"));
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong maps = new AtomicLong();
    private final AtomicLong freed = new AtomicLong();
    private final AtomicLong busy = new AtomicLong();
    private final AtomicLong orphaned = new AtomicLong();
    private volatile boolean stop;

    private static long ua(final int region) {
        return (region + 1) * (1L << 24);
    }

    private interface Body {
        void run(SplittableRandom random) throws Exception;
    }

    private Thread thread(final Body body) {
        final SplittableRandom random = seeds.split();
        return new Thread(() -> {
            try {
                body.run(random);
            } catch (final Throwable e) {
                failure.compareAndSet(null, e);
                stop = true;
            }
        });
    }

    /** A vCPU: the protocol of a hypercall, with its copy of the regions, its own stripe and its announcement. */
    private void vcpu(final SplittableRandom random) {
        final QuiescentReader reader = process.quiescence().register("vcpu");
        final long stripe = memory.counts().openStripe();
        reader.online();
        while (!stop) {
            final RegionSet regions = memory.regionsAcquire();
            final long entry = entry(random);
            final PinnedRegion region = random.nextInt(3) == 0 ? regions.find(ua(random.nextInt(REGIONS))) : null;
            if (region == null) {
                exchange(stripe, entry, 0);
            } else if (!region.isClosing()) {
                final long offset = random.nextLong(PAGES) * PAGE;
                if (random.nextInt(256) == 0) {
                    // Late, between looking at the mark and counting.
                    Thread.yield();
                }
                MappedCounts.addOwn(stripe, region.index(), 1);
                exchange(stripe, entry, region.hpa() + offset | 1 + random.nextInt(2));
                maps.incrementAndGet();
            }
            reader.announce();
        }
        reader.offline();
        memory.counts().closeStripe(stripe);
        reader.close();
    }

    /** The last entry changes seldom, so that regions are busy now and then. */
    private static long entry(final SplittableRandom random) {
        return random.nextInt(512) == 0 ? ENTRIES - 1 : random.nextInt(ENTRIES - 1);
    }

    private void exchange(final long stripe, final long entry, final long tce) {
        final long leaf = table.leafAddressAcquire(entry);
        final long old = table.exchange(leaf, entry, tce);
        if ((old & Tce.PERMISSIONS) != 0) {
            final long hpa = old & ~Tce.PERMISSIONS;
            // By the set of this moment: the entry keeps its region there, and may be newer than this call's copy.
            final PinnedRegion region = memory.regionsAcquire().find(hpa - memory.hpaOffsetBytes());
            region.markDirty(hpa);
            MappedCounts.addOwn(stripe, region.index(), -1);
        }
    }

    private void ioctls(final SplittableRandom random) {
        while (!stop) {
            final long entry = entry(random);
            if (random.nextInt(3) == 0) {
                PinnedMappings.map(table, memory, entry, ua(random.nextInt(REGIONS)), 1 + random.nextInt(2));
            } else {
                PinnedMappings.unmap(table, memory, entry, 1);
            }
        }
    }

    /** Registers and unregisters one range; now and then lets go of it without waiting. */
    private void owner(final int which, final SplittableRandom random) {
        while (!stop) {
            final PinnedRegion region;
            try {
                region = memory.register(ua(which), PAGES);
            } catch (final LinuxException e) {
                // The orphan of the round before is still mapped.
                Thread.yield();
                continue;
            }
            boolean mine = true;
            for (int attempt = random.nextInt(4); mine && attempt > 0; attempt--) {
                try {
                    memory.put(region);
                    mine = false;
                    freed.incrementAndGet();
                } catch (final LinuxException e) {
                    busy.incrementAndGet();
                    Thread.yield();
                }
            }
            if (mine) {
                memory.release(region);
                orphaned.incrementAndGet();
            }
        }
    }

    /** Called when a region's pages are about to be unpinned. */
    private void checkEntries() {
        for (long entry = 0; entry < ENTRIES; entry++) {
            final long tce = table.hardwareTceAcquire(entry);
            final long ua = (tce & ~Tce.PERMISSIONS) - FakeHostMemory.OFFSET;
            if ((tce & Tce.PERMISSIONS) != 0 && memory.regionsAcquire().find(ua) == null) {
                throw new IllegalStateException("entry " + entry + " points to memory that is not registered");
            }
        }
    }

    @Test
    void shouldNeverFreeARegionWhenAnEntryPointsIntoIt() throws Exception {
        assertTrue(table.makeResident(0, table.sizePages()));
        // The region has left the set when its pages are unpinned; entries into the others are right.
        host.onUnpin = this::checkEntries;
        final List<Thread> threads = new ArrayList<>();
        threads.add(thread(this::vcpu));
        threads.add(thread(this::vcpu));
        threads.add(thread(this::ioctls));
        for (int i = 0; i < REGIONS; i++) {
            final int which = i;
            threads.add(thread(random -> owner(which, random)));
        }
        threads.forEach(Thread::start);
        final long start = System.nanoTime();
        while (!stop && System.nanoTime() - start < RUN_NS) {
            Thread.yield();
        }
        stop = true;
        for (final Thread thread : threads) {
            thread.join();
        }
        System.out.println(
                "PinnedMemoryStressTest: maps=" + maps + " freed=" + freed + " busy=" + busy + " orphaned=" + orphaned);
        assertNull(failure.get());
        // Which verdicts a short run meets depends on the machine; each has a test of its own.
        assertTrue(maps.get() > 0 && freed.get() + busy.get() + orphaned.get() > 0);
        process.reclaimer().reclaim();
        PinnedMappings.unmap(table, memory, 0, ENTRIES);
        assertEquals(List.of(), memory.regionsAcquire().regions());
        assertEquals(0, process.lockedMemory().lockedPages());
        assertEquals(0, host.pins());
        for (int i = 0; i < MappedCounts.MAX_REGIONS; i++) {
            assertEquals(0, memory.counts().sum(i));
        }
        table.put();
        process.reclaimer().reclaim();
        assertEquals(emptyBytes, process.offHeap().allocatedBytes());
        process.close();
    }
}
