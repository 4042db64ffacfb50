package io.vfiotce.lifecycle;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vfiotce.support.Seeds;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Everything at once: vCPUs map and unmap at full speed while user space opens, attaches, maps, detaches, unregisters and
 * closes in random legal and illegal orders. Rounds of a new world each; every world ends with all counters where they began.
 */
class LifecycleStressTest {
    private static final long RUN_MS = Long.getLong("vfiotce.lifecycle.ms", 60_000);
    private static final long ROUND_MS = 1_000;
    private static final long AUDIT_MS = 100;
    private static final long HANG_MS = 60_000;
    private static final int CHAOS_THREADS = 2;

    private final Random seeds = new Random(Seeds.seed("LifecycleStressTest"));
    private long calls;
    private long slow;
    private long unmaps;
    private long mapped;
    private long succeeded;
    private long refused;
    private long linked;
    private long longestNs;

    @Test
    void shouldLoseNothingAndLeakNothingWhenEverythingComesAndGoes() throws InterruptedException {
        final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RUN_MS);
        int rounds = 0;
        while (System.nanoTime() < end) {
            final long start = System.nanoTime();
            round(new Random(seeds.nextLong()));
            longestNs = Math.max(longestNs, System.nanoTime() - start);
            rounds++;
        }
        System.out.println("LifecycleStressTest: " + rounds + " rounds, hypercalls=" + calls + " slow=" + slow
                + " unmaps=" + unmaps
                + " mapped=" + mapped + " ioctls=" + succeeded + " refused=" + refused + " linked=" + linked
                + " longest round: " + TimeUnit.NANOSECONDS.toMillis(longestNs) + " ms");
        assertTrue(
                unmaps > 0 && mapped > 0 && succeeded > 0 && refused > 0 && linked > 0,
                "something was never tried with success");
    }

    private void round(final Random random) throws InterruptedException {
        final World world = new World();
        final List<GuestThread> guests = List.of(
                new GuestThread(world, 0, 0, random.nextLong(), true),
                new GuestThread(world, 0, 1, random.nextLong(), true),
                new GuestThread(world, 1, 2, random.nextLong(), false));
        final List<ChaosThread> chaos = Stream.generate(() -> new ChaosThread(world, random.nextLong()))
                .limit(CHAOS_THREADS)
                .toList();
        final List<Thread> vcpus = start(guests);
        final List<Thread> users = start(chaos);
        watched(world, () -> {
            final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ROUND_MS);
            while (System.nanoTime() < end && world.failure.get() == null) {
                Thread.sleep(AUDIT_MS);
                world.gate.whileAllWait(HANG_MS, world::audit);
            }
            tearDown(world, random, vcpus, users);
        });
        count(guests, chaos);
    }

    private void tearDown(final World world, final Random random, final List<Thread> vcpus, final List<Thread> users)
            throws InterruptedException {
        // From now on the owned windows go as well, in every second round under the vCPUs.
        world.gate.whileAllWait(HANG_MS, () -> world.owned = false);
        final boolean underVcpus = random.nextBoolean();
        world.usersStop = true;
        world.vcpusStop = !underVcpus;
        join(users);
        assertNull(world.failure.get());
        world.closeAll(random);
        world.vcpusStop = true;
        join(vcpus);
        assertNull(world.failure.get());
        world.end();
    }

    private static List<Thread> start(final List<? extends Runnable> bodies) {
        final List<Thread> threads = new ArrayList<>();
        for (final Runnable body : bodies) {
            final Thread thread = new Thread(body, body.getClass().getSimpleName() + threads.size());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private static void join(final List<Thread> threads) throws InterruptedException {
        for (final Thread thread : threads) {
            thread.join(HANG_MS);
            assertTrue(!thread.isAlive(), thread.getName() + " hangs");
        }
    }

    private interface Watched {
        void run() throws InterruptedException;
    }

    /** Whatever goes wrong is told with what all threads were doing. */
    private static void watched(final World world, final Watched body) throws InterruptedException {
        try {
            body.run();
        } catch (final AssertionError e) {
            world.usersStop = true;
            world.vcpusStop = true;
            if (world.failure.get() != null) {
                e.addSuppressed(world.failure.get());
            }
            final StringBuilder dump = new StringBuilder();
            for (final ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
                dump.append(thread);
            }
            fail(e.getMessage() + "\n" + dump, e);
        }
    }

    private void count(final List<GuestThread> guests, final List<ChaosThread> chaos) {
        for (final GuestThread guest : guests) {
            calls += guest.calls;
            slow += guest.slow;
            unmaps += guest.unmaps;
            mapped += guest.mapped;
        }
        for (final ChaosThread user : chaos) {
            succeeded += user.calls.succeeded;
            refused += user.calls.refused;
            linked += user.linked;
        }
    }
}
