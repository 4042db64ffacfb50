package io.vfiotce.bench;

import io.vfiotce.kvm.Vcpu;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** JMH states: VMs with one vCPU, set up so that calls end in one layer, and the inputs of calls. */
public class Vms {
    private Vms() {}

    /** Inputs: 1,024 random pairs of bus address and TCE, walked by a counter; so few that they do not push out what is measured. */
    @State(Scope.Thread)
    public static class Pairs {
        /** Bus addresses of a window of 512 pages of 4 KiB. */
        public final long[] iobas = Machine.randomIobas();

        /** TCEs of 4 KiB pages. */
        public final long[] tces = Machine.randomTces();

        private int next;

        /** {@return the number of the next pair} */
        public int advance() {
            return next++ & (Machine.PAIRS - 1);
        }
    }

    /** A machine that is started before the row and closed after it; the state of a row says what it is made of. */
    @State(Scope.Thread)
    public abstract static class Started {
        /** The machine's first vCPU. */
        public Vcpu vcpu;

        private Machine machine;

        /** {@return what the machine is made of; parameters are set} */
        public abstract MachineConfig config();

        /** {@return the machine, once it is started} */
        public final Machine machine() {
            return machine;
        }

        /** Starts it. */
        @Setup
        public void setup() {
            machine = new Machine(config()).start();
            vcpu = machine.vcpu;
        }

        /** Stops it. */
        @TearDown
        public void tearDown() {
            machine.close();
        }
    }

    /** A VM of one window whose calls end in a kernel layer. */
    public static class Kernel extends Started {
        @Override
        public MachineConfig config() {
            return new MachineConfig();
        }
    }

    /** A VM of one window whose calls all go to the handler, which waits as eagerly as the vCPU does. */
    public static class Userspace extends Started {
        @Override
        public MachineConfig config() {
            return new MachineConfig().handlerIdle(new BusySpinIdleStrategy());
        }

        @Override
        public void setup() {
            super.setup();
            machine().userspaceOnly();
        }
    }
}
