package io.vfiotce.kvm;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.SharedVm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** Damages the files of a hand-off while two vCPUs call; run in a JVM of its own, for that JVM must not die. */
public final class SharedDamageProbe {
    private static final long LIOBN = 0x8000_0000L;
    private static final int CALLS_BEFORE = 20_000;
    private static final long LIST = 0x1_0000;
    private static final int CALLS_AFTER = 200;
    private static final long DEADLINE_NS = 20_000_000;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch warm = new CountDownLatch(2);
    private final CountDownLatch damaged = new CountDownLatch(1);

    private SharedDamageProbe() {}

    /**
     * Runs.
     *
     * @param arguments directory, damage, idle strategy
     */
    public static void main(final String[] arguments) {
        int status = 1;
        try {
            final Supplier<IdleStrategy> idle =
                    arguments[2].equals("spin") ? () -> new BusySpinIdleStrategy() : YieldingIdleStrategy::new;
            new SharedDamageProbe().run(Path.of(arguments[0]), arguments[1], idle);
            System.out.println("ended");
            status = 0;
        } catch (final IOException | InterruptedException | RuntimeException | Error e) {
            e.printStackTrace();
        }
        // The handler's thread may have been left behind.
        System.exit(status);
    }

    private void run(final Path directory, final String damage, final Supplier<IdleStrategy> idle)
            throws IOException, InterruptedException {
        final SharedVm vm = new SharedVm(
                directory,
                new SharedHandoffConfig()
                        .maxVcpus(3)
                        .maxRecords(64)
                        .vcpuIdle(idle)
                        .answerLimit(AnswerLimit.deadline(DEADLINE_NS)));
        vm.window(LIOBN, 1024).makeResident(0, 1024);
        vm.startHandler();
        final Vcpu[] vcpus = {vm.vcpu(), vm.vcpu()};
        final Thread[] threads = new Thread[2];
        for (int i = 0; i < 2; i++) {
            final Vcpu vcpu = vcpus[i];
            threads[i] = new Thread(() -> guest(vcpu));
            threads[i].start();
        }
        warm.await();
        damage(directory, damage);
        damaged.countDown();
        for (final Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new AssertionError("a vCPU failed", failure.get());
        }
        System.out.println("fenced " + vm.handoff().isFenced());
        finish(vm, vcpus[0]);
    }

    private void guest(final Vcpu vcpu) {
        try {
            for (int i = 0; i < CALLS_BEFORE; i++) {
                call(vcpu, i);
            }
            warm.countDown();
            while (damaged.getCount() != 0) {
                call(vcpu, 7);
            }
            for (int i = 0; i < CALLS_AFTER; i++) {
                call(vcpu, i);
            }
        } catch (final Throwable e) {
            failure.compareAndSet(null, e);
            warm.countDown();
        }
    }

    private static void call(final Vcpu vcpu, final int i) {
        final long ioba = (long) (i & 511) << 12;
        final long status = (i & 1) == 0
                ? vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, ioba, 0x1003, 0)
                : vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, LIOBN, ioba, LIST, 512);
        if (status != HStatus.H_SUCCESS && status != HStatus.H_HARDWARE) {
            throw new AssertionError("status " + status);
        }
    }

    private static void damage(final Path directory, final String damage) throws IOException {
        final Path response = directory.resolve("response");
        final Path request = directory.resolve("request");
        switch (damage) {
            case "cut-lists" -> cut(request, 4096 + 64 * 128);
            case "cut-second-list" -> cut(request, 4096 + 64 * 128 + 4096);
            case "cut-response" -> cut(response, 0);
            case "cut-request" -> cut(request, 0);
            case "cut-cells" -> cut(response, 4096);
            case "cut-and-grow" -> {
                final long bytes = Files.size(response);
                for (int i = 0; i < 100; i++) {
                    cut(response, 0);
                    cut(response, bytes);
                }
            }
            case "delete" -> {
                Files.delete(response);
                Files.delete(request);
            }
            case "replace" -> {
                Files.write(directory.resolve("other"), new byte[8192]);
                Files.move(directory.resolve("other"), response, StandardCopyOption.REPLACE_EXISTING);
            }
            default -> throw new IllegalArgumentException(damage);
        }
    }

    private static void cut(final Path path, final long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
        }
    }

    /** The kernel layers do not need the handler: they go on, and no error comes up in them. */
    private static void finish(final SharedVm vm, final Vcpu vcpu) {
        vm.window(LIOBN + 1, 16);
        vm.vm().createVcpu().close();
        vm.vm().enableHcall(Hcall.H_PUT_TCE, true);
        for (int i = 0; i < CALLS_BEFORE; i++) {
            if (vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, (long) (i & 1023) << 12, 0x1003, 0) != HStatus.H_SUCCESS) {
                throw new AssertionError("real mode needs no handler");
            }
        }
    }
}
