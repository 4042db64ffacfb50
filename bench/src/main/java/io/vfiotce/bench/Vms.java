package io.vfiotce.bench;

import io.vfiotce.kvm.Vcpu;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** JMH states: VMs with one vCPU, set up so that calls end in one layer, and the inputs of calls. */
public class Vms {
    private Vms() {}

    /** Inputs: 256 random pairs of bus address and TCE, walked by a counter; so few that they do not push out what is measured. */
    @State(Scope.Thread)
    public static class Pairs {
        final long[] iobas = Machine.randomIobas();
        final long[] tces = Machine.randomTces();
        private int next;

        int advance() {
            return next++ & (Machine.PAIRS - 1);
        }
    }

    /** A VM of one window whose calls end in a kernel layer. */
    @State(Scope.Thread)
    public static class Kernel {
        Vcpu vcpu;
        private Machine machine;

        /** Starts it. */
        @Setup
        public void setup() {
            machine = new Machine(1, new BackoffIdleStrategy()).start();
            vcpu = machine.vcpu;
        }

        /** Stops it. */
        @TearDown
        public void tearDown() {
            machine.close();
        }
    }

    /** A VM of one window whose calls all go to the handler, which waits as eagerly as the vCPU does. */
    @State(Scope.Thread)
    public static class Userspace {
        Vcpu vcpu;
        private Machine machine;

        /** Starts it. */
        @Setup
        public void setup() {
            machine = new Machine(1, new BusySpinIdleStrategy()).start().userspaceOnly();
            vcpu = machine.vcpu;
        }

        /** Stops it. */
        @TearDown
        public void tearDown() {
            machine.close();
        }
    }
}
