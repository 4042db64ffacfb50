package io.vfiotce.tools.handler;

import io.vfiotce.handoff.HostBridge;
import io.vfiotce.kvm.VmConfig;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * Gives VMs their userspace handlers. All handlers that are processes are one process, which is started when it is first needed.
 *
 * @threads any
 */
public final class Handlers implements AutoCloseable {
    private final HandlerProcess process;

    private Handlers(final HandlerProcess process) {
        this.process = process;
    }

    /**
     * Prepares handlers.
     *
     * @param kind where they run
     * @return what makes them
     */
    public static Handlers of(final HandlerKind kind) {
        return kind == HandlerKind.THREAD
                ? new Handlers(null)
                : new Handlers(new HandlerProcess(
                        HandlerProcess.referenceHandler(HandlerIdle.BACKOFF),
                        line -> System.err.println("tce handler: " + line)));
    }

    /**
     * Prepares handlers that are all one process.
     *
     * @param process the process; ended with these handlers
     * @return what makes them
     */
    public static Handlers of(final HandlerProcess process) {
        return new Handlers(process);
    }

    /**
     * Makes a VM and what its handler needs.
     *
     * @param config how to set the VM up; its outcome must not depend on time
     * @param bridges host bridges whose windows the guest may change
     * @return the VM, with a handler that is not started
     */
    public VmHandler create(final VmConfig config, final List<HostBridge> bridges) {
        return create(config, bridges, BackoffIdleStrategy::new);
    }

    /**
     * As {@link #create(VmConfig, List)}.
     *
     * @param config how to set the VM up
     * @param bridges host bridges whose windows the guest may change
     * @param idle how vCPUs, and a handler on a thread, wait
     * @return the VM, with a handler that is not started
     */
    public VmHandler create(
            final VmConfig config, final List<HostBridge> bridges, final Supplier<? extends IdleStrategy> idle) {
        return process == null
                ? new ThreadHandler(config, bridges, idle)
                : new ProcessHandler(process, config, bridges, idle);
    }

    /** Ends the process, if there is one. All VMs are closed. */
    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
