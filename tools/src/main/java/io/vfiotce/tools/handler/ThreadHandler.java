package io.vfiotce.tools.handler;

import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.HcallRequest;
import io.vfiotce.handoff.HostBridge;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;

/** A VM whose handler is a thread of this process. */
final class ThreadHandler implements VmHandler {
    /** Notes which threads answer calls. */
    private static final class Witness implements UserspaceHandler {
        private final ReferenceHandler handler;
        private final Set<Thread> threads;
        private Thread last;

        Witness(final LiobnDirectory windows, final List<HostBridge> bridges, final Set<Thread> threads) {
            handler = new ReferenceHandler(windows, bridges);
            this.threads = threads;
        }

        @Override
        public void handle(final HcallRequest request, final HcallAnswer answer) {
            final Thread thread = Thread.currentThread();
            if (thread != last) {
                last = thread;
                threads.add(thread);
            }
            handler.handle(request, answer);
        }
    }

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Supplier<? extends IdleStrategy> idle;
    private final Vm vm;
    private AgentRunner runner;

    ThreadHandler(final VmConfig config, final List<HostBridge> bridges, final Supplier<? extends IdleStrategy> idle) {
        this.idle = idle;
        vm = new Vm(config.vcpuIdle(idle), windows -> new Witness(windows, bridges, threads));
    }

    @Override
    public Vm vm() {
        return vm;
    }

    @Override
    public void start(final Consumer<Throwable> errors) {
        runner = new AgentRunner(idle.get(), errors::accept, null, vm.handoff());
        AgentRunner.startOnThread(runner);
    }

    @Override
    public void stop() {
        if (runner != null) {
            runner.close();
            runner = null;
        }
    }

    @Override
    public long failures() {
        return vm.handoff().failures();
    }

    @Override
    public boolean wasUsed() {
        return !threads.isEmpty();
    }

    @Override
    public boolean isApartFrom(final Set<Thread> vcpus) {
        return threads.stream().noneMatch(vcpus::contains);
    }

    @Override
    public void close() {
        stop();
        vm.close();
    }
}
