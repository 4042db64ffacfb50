package io.vfiotce.tools.handler;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.HostBridge;
import io.vfiotce.handoff.SharedHandoff;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.concurrent.IdleStrategy;

/** A VM whose handler is another process. */
final class ProcessHandler implements VmHandler {
    // No recording has a hundredth of it.
    private static final int MAX_WINDOWS = 4096;

    private final HandlerProcess process;
    private final Path directory;
    private final SharedHandoff handoff;
    private final Vm vm;

    ProcessHandler(
            final HandlerProcess process,
            final VmConfig config,
            final List<HostBridge> bridges,
            final Supplier<? extends IdleStrategy> idle) {
        this.process = process;
        directory = process.newDirectory();
        handoff = SharedHandoff.create(
                directory,
                new SharedHandoffConfig()
                        .answerLimit(AnswerLimit.RUN)
                        .maxRecords(MAX_WINDOWS)
                        .vcpuIdle(idle));
        bridges.forEach(handoff::addBridge);
        vm = new Vm(config, handoff);
    }

    @Override
    public Vm vm() {
        return vm;
    }

    @Override
    public void start(final Consumer<Throwable> errors) {
        process.attach(directory, handoff);
    }

    @Override
    public void stop() {
        // It ends with the hand-off.
    }

    @Override
    public long failures() {
        return handoff.failures();
    }

    @Override
    public boolean wasUsed() {
        return handoff.handlerPid() != 0;
    }

    @Override
    public boolean isApartFrom(final Set<Thread> vcpus) {
        return handoff.handlerPid() != ProcessHandle.current().pid();
    }

    @Override
    public void close() {
        vm.close();
        handoff.close();
        process.detach(directory);
    }
}
