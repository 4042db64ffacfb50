package io.vfiotce.tools.conform;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.telemetry.HcallStatistics;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.tools.handler.Handlers;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs a QEMU scenario: every call goes through the hand-off to the reference handler on a thread or in a process of its own.
 *
 * @threads one, and the handler's
 */
final class QemuExecution {
    private static final long[] OPCODES = {Hcall.H_GET_TCE, Hcall.H_PUT_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };

    private final Scenario scenario;
    private final ScenarioVm vm;
    private final Tally tally;
    private final AtomicLong handlerErrors = new AtomicLong();

    private QemuExecution(final Scenario scenario, final ScenarioVm vm, final Tally tally) {
        this.scenario = scenario;
        this.vm = vm;
        this.tally = tally;
    }

    /**
     * Runs a scenario.
     *
     * @throws VectorFormatException if the scenario cannot be set up
     */
    static void run(final Scenario scenario, final Handlers handlers, final GuestBlocks blocks, final Tally tally)
            throws VectorFormatException {
        try (ScenarioVm vm = new ScenarioVm(scenario.hostPageShift(), handlers, blocks)) {
            for (final long opcode : OPCODES) {
                vm.vm().enableHcall(opcode, false);
            }
            vm.addMemory(0, scenario.ramBytes(), 0);
            final QemuExecution execution = new QemuExecution(scenario, vm, tally);
            vm.handler().start(error -> execution.handlerErrors.incrementAndGet());
            for (final Step step : scenario.steps()) {
                execution.run(step);
            }
            execution.checkLayer();
        }
    }

    private void run(final Step step) throws VectorFormatException {
        if (step instanceof VectorCall call) {
            call(call);
        } else if (step instanceof Step.CreateWindow window) {
            final long result = vm.createWindow(
                    new WindowGeometry(window.liobn(), window.pageShift(), window.offsetPages(), window.sizePages()));
            if (result != window.result()) {
                throw scenario.error(window.line(), "the window cannot be made: error " + result);
            }
            vm.handToUserspace(window.liobn());
        } else {
            throw scenario.error(step.line(), "not a line of a qemu scenario");
        }
    }

    private void call(final VectorCall call) {
        tally.executed();
        vm.writeList(call);
        final Vcpu vcpu = vm.vcpu();
        final long status = vcpu.hcall(call.opcode(), call.liobn(), call.ioba(), call.r6(), call.r7());
        if (status != call.status()) {
            tally.differs(call.line(), call.text(), "status " + call.status(), "status " + status);
        } else if (call.opcode() == Hcall.H_GET_TCE && status == HStatus.H_SUCCESS && vcpu.r4() != call.value()) {
            tally.differs(
                    call.line(),
                    call.text(),
                    "value " + Long.toHexString(call.value()),
                    "value " + Long.toHexString(vcpu.r4()));
        }
    }

    /** The comparison means nothing if another layer has answered. */
    private void checkLayer() {
        final HcallStatistics counters = vm.vcpu().counters();
        final long bad = counters.unansweredCalls()
                + counters.refusedAnswers()
                + vm.handler().failures()
                + handlerErrors.get();
        if (counters.ended(Layer.USERSPACE) != tally.ops() || bad != 0) {
            tally.differs(
                    scenario.line(),
                    "all calls",
                    tally.ops() + " answered in userspace, none failed",
                    counters.ended(Layer.USERSPACE) + " answered in userspace, " + bad + " failed");
        }
    }
}
