package io.vfiotce.tools.handler;

import io.vfiotce.kvm.Vm;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A VM and its userspace handler, wherever that runs.
 *
 * @threads one, but for the handler's own
 */
public interface VmHandler extends AutoCloseable {
    /** {@return the VM} */
    Vm vm();

    /**
     * Has calls answered from now on.
     *
     * @param errors receives what goes wrong in the handler, if that is heard of here
     */
    void start(Consumer<Throwable> errors);

    /** Ends the answering. No vCPU may wait for an answer. A second time does nothing. */
    void stop();

    /** {@return how many calls the handler ended by throwing} */
    long failures();

    /** {@return whether a handler has answered} */
    boolean wasUsed();

    /**
     * Tells whether what answered was none of these threads.
     *
     * @param vcpus threads of vCPUs
     * @return whether all answers came from elsewhere
     */
    boolean isApartFrom(Set<Thread> vcpus);

    /** Stops the handler and closes the VM. */
    @Override
    void close();
}
