package io.vfiotce.tools.demo;

import io.vfiotce.telemetry.Layer;
import io.vfiotce.tools.handler.Handlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs the machine in one mode, and checks at the end that everything is where it belongs. */
final class NicRun {
    // What is not measured at the start: a part of the time, and no more than a second.
    private static final int WARM_UP_PART = 5;
    private static final long MAX_WARM_UP_NS = TimeUnit.SECONDS.toNanos(1);

    private final NicMode mode;
    private final NicOptions options;
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch failed = new CountDownLatch(1);

    NicRun(final NicMode mode, final NicOptions options) {
        this.mode = mode;
        this.options = options;
    }

    NicResult run() throws InterruptedException {
        try (Handlers handlers = Handlers.of(mode.handler())) {
            final NicMachine machine = new NicMachine(mode, options, handlers);
            final NicResult result;
            try (machine) {
                machine.start(failed::countDown, failures);
                load(machine);
                checkTraffic(machine);
                result = result(machine);
            }
            check(machine.leftBytes(), "off-heap bytes are not given back");
            check(machine.leftFiles(), "files are still open");
            machine.closeProcess();
            return result;
        }
    }

    /** Runs the threads for their time, or until one fails. */
    private void load(final NicMachine machine) throws InterruptedException {
        final Thread card = thread(machine.card(), "card");
        final List<Thread> drivers = new ArrayList<>();
        for (final NicDriver driver : machine.drivers()) {
            drivers.add(thread(driver, driver.vcpu().name()));
        }
        card.start();
        drivers.forEach(Thread::start);
        boolean isFailed = false;
        while (!isFailed && !machine.drivers().stream().allMatch(NicDriver::isReady)) {
            isFailed = failed.await(1, TimeUnit.MILLISECONDS);
        }
        final long warmUpNs = Math.min(MAX_WARM_UP_NS, options.runNs() / WARM_UP_PART);
        failed.await(warmUpNs, TimeUnit.NANOSECONDS);
        machine.drivers().forEach(NicDriver::measure);
        failed.await(options.runNs() - warmUpNs, TimeUnit.NANOSECONDS);
        machine.drivers().forEach(NicDriver::stop);
        for (final Thread driver : drivers) {
            while (driver.isAlive()) {
                if (failed.getCount() == 0) {
                    machine.drivers().forEach(NicDriver::abort);
                }
                driver.join(10);
            }
        }
        machine.card().stop();
        card.join();
    }

    private Thread thread(final Runnable work, final String name) {
        final Thread thread = new Thread(work, name);
        thread.setUncaughtExceptionHandler((ended, e) -> {
            failures.add(ended.getName() + " ended: " + e.getMessage());
            failed.countDown();
        });
        return thread;
    }

    private void checkTraffic(final NicMachine machine) {
        final NicDriverFigures driver = driverFigures(machine);
        final NicCard card = machine.card();
        check(badChecksums(machine), "checksum errors");
        checkEqual("packets posted", driver.posted(), "completed", driver.completed());
        checkEqual("packets sent", driver.sent(), "transmitted by the card", card.transmitted());
        checkEqual("packets to receive", driver.posted() - driver.sent(), "received by the card", card.received());
        checkEqual("entries mapped", driver.mappedEntries(), "unmapped", driver.unmappedEntries());
        check(driver.refusedCalls(), "hypercalls were refused");
        check(machine.mappedEntries(), "entries are still mapped");
        check(machine.faults(), "accesses of the card were refused");
        final long kernelCalls = machine.ended(Layer.REAL) + machine.ended(Layer.VIRTUAL);
        check(
                mode == NicMode.FAST ? machine.ended(Layer.USERSPACE) : kernelCalls,
                "hypercalls ended in a layer that is not the mode's");
    }

    private void check(final long count, final String what) {
        if (count != 0) {
            failures.add(count + " " + what);
        }
    }

    private void checkEqual(final String name, final long count, final String other, final long otherCount) {
        if (count != otherCount) {
            failures.add(name + ": " + count + ", " + other + ": " + otherCount);
        }
    }

    private static NicDriverFigures driverFigures(final NicMachine machine) {
        return machine.drivers().stream()
                .map(NicDriver::figures)
                .reduce(NicDriverFigures::sum)
                .orElseThrow();
    }

    private static long badChecksums(final NicMachine machine) {
        return driverFigures(machine).badChecksums() + machine.card().badChecksums();
    }

    private NicResult result(final NicMachine machine) {
        double packetsPerSecond = 0;
        double share = 0;
        double ns = 0;
        for (final NicDriver driver : machine.drivers()) {
            packetsPerSecond += driver.packetsPerSecond();
            share += driver.hcallShare();
            ns += driver.timer().nsPerCall();
        }
        final int vcpus = machine.drivers().size();
        final long calls = machine.ended(Layer.REAL) + machine.ended(Layer.VIRTUAL) + machine.ended(Layer.USERSPACE);
        return new NicResult(
                mode,
                packetsPerSecond,
                packetsPerSecond * options.packetBytes() / 1e6,
                ns / vcpus,
                share / vcpus,
                (double) machine.ended(Layer.REAL) / Math.max(1, calls),
                driverFigures(machine).completed(),
                badChecksums(machine),
                failures);
    }
}
