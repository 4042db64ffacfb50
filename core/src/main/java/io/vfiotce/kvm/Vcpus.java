package io.vfiotce.kvm;

import io.vfiotce.handoff.Handoff;
import io.vfiotce.handoff.HandoffPort;
import io.vfiotce.hcall.HcallEnvironment;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.telemetry.HcallCounters;
import java.util.ArrayList;
import java.util.List;

/**
 * The vCPUs of a VM.
 *
 * @threads any, with the VM's monitor held
 */
final class Vcpus {
    private final UserProcess process;
    private final Handoff handoff;
    private final List<Vcpu> open = new ArrayList<>();
    private int number;

    Vcpus(final UserProcess process, final Handoff handoff) {
        this.process = process;
        this.handoff = handoff;
    }

    /** Makes a vCPU, or nothing: what it fails with goes through. */
    Vcpu create(final Vm vm, final HcallEnvironment environment) {
        final QuiescentReader reader = process.quiescence().register("vcpu " + number);
        HandoffPort port = null;
        HcallCounters counters = null;
        final Vcpu vcpu;
        try {
            counters = new HcallCounters(process.offHeap());
            port = handoff.openPort(counters);
            vcpu = new Vcpu(vm, environment, reader, port, counters);
        } catch (final RuntimeException | Error e) {
            reader.close();
            if (port != null) {
                port.close();
            }
            if (counters != null) {
                counters.free();
            }
            throw e;
        }
        number++;
        open.add(vcpu);
        return vcpu;
    }

    void closed(final Vcpu vcpu) {
        open.remove(vcpu);
    }

    int count() {
        return open.size();
    }
}
