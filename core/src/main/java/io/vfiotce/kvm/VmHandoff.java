package io.vfiotce.kvm;

import io.vfiotce.handoff.Handoff;
import io.vfiotce.handoff.InProcessHandoff;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.LiobnDirectory;
import java.util.function.Function;

/**
 * A VM's way to its handler: its own if the handler is in this process, else the embedder's.
 *
 * @param handoff the way
 */
record VmHandoff(Handoff handoff) {
    /** Makes the way to a handler in this process; what it fails with goes through, with the process closed if it is the VM's. */
    static VmHandoff inProcess(
            final VmConfig config,
            final Function<LiobnDirectory, UserspaceHandler> handler,
            final LiobnDirectory windows,
            final UserProcess process) {
        boolean isMade = false;
        try {
            final InProcessHandoff made = new InProcessHandoff(
                    handler.apply(windows),
                    process.offHeap(),
                    config.vcpuIdle(),
                    config.maxVcpus(),
                    process.clock(),
                    config.answerLimit());
            isMade = true;
            return new VmHandoff(made);
        } finally {
            if (!isMade && config.process() == null) {
                process.close();
            }
        }
    }

    InProcessHandoff requireInProcess() {
        if (handoff instanceof InProcessHandoff own) {
            return own;
        }
        throw new IllegalStateException("the handler of this VM is not in this process");
    }

    void close() {
        if (handoff instanceof InProcessHandoff own) {
            own.onClose();
            own.free();
        }
    }
}
