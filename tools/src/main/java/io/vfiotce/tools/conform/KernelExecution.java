package io.vfiotce.tools.conform;

import io.vfiotce.hcall.LayerDependent;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.tools.handler.Handlers;

/**
 * Runs a kernel scenario in real and virtual mode and compares every status, value and the end state.
 *
 * @threads one
 */
final class KernelExecution {
    private final Scenario scenario;
    private final boolean virtualOnly;
    private final ScenarioVm vm;
    private final Tally tally;

    private KernelExecution(
            final Scenario scenario, final boolean virtualOnly, final ScenarioVm vm, final Tally tally) {
        this.scenario = scenario;
        this.virtualOnly = virtualOnly;
        this.vm = vm;
        this.tally = tally;
    }

    /**
     * Runs a scenario.
     *
     * @param virtualOnly whether every call skips real mode
     * @throws VectorFormatException if the scenario cannot be set up
     */
    static void run(
            final Scenario scenario,
            final boolean virtualOnly,
            final Handlers handlers,
            final GuestBlocks blocks,
            final Tally tally)
            throws VectorFormatException {
        try (ScenarioVm vm = new ScenarioVm(scenario.hostPageShift(), handlers, blocks)) {
            final KernelExecution execution = new KernelExecution(scenario, virtualOnly, vm, tally);
            for (final Step step : scenario.steps()) {
                execution.run(step);
            }
            EndStateCheck.run(scenario, vm, tally);
        }
    }

    private void run(final Step step) throws VectorFormatException {
        if (step instanceof VectorCall call) {
            call(call);
        } else if (step instanceof Step.AddMemslot slot) {
            addMemslot(slot);
        } else if (step instanceof Step.CreateWindow window) {
            createWindow(window);
        } else if (step instanceof Step.Preregister region) {
            final long result = vm.hardware().register(region.id(), region.ua(), region.sizePages());
            compare(step, "prereg id=" + Long.toHexString(region.id()), region.result(), result);
        } else if (step instanceof Step.Attach attach) {
            attach(attach);
        } else if (step instanceof Step.Unregister region) {
            unregister(region);
        }
    }

    private void addMemslot(final Step.AddMemslot slot) throws VectorFormatException {
        try {
            vm.addMemory(slot.gpa(), slot.sizeBytes(), slot.ua());
        } catch (final LinuxException e) {
            throw scenario.error(slot.line(), e.getMessage());
        }
    }

    private void createWindow(final Step.CreateWindow window) {
        final long result = vm.createWindow(
                new WindowGeometry(window.liobn(), window.pageShift(), window.offsetPages(), window.sizePages()));
        compare(window, "window liobn=" + Long.toHexString(window.liobn()), window.result(), result);
    }

    private void attach(final Step.Attach attach) {
        final TableName name = attach.table();
        final long result = vm.hardware()
                .attach(name, vm.table(name.liobn()), attach.pageShift(), attach.sizeBytes(), attach.levels());
        compare(attach, "attach " + name, attach.result(), result);
    }

    private void unregister(final Step.Unregister region) {
        tally.executed();
        vm.vcpu().offline();
        final long result = vm.hardware().unregister(region.id());
        compare(region, "unreg " + Long.toHexString(region.id()), region.result(), result);
    }

    private void compare(final Step step, final String subject, final long expected, final long got) {
        if (got != expected) {
            tally.differs(step.line(), subject, "result " + expected, "result " + got);
        }
    }

    private void call(final VectorCall call) {
        tally.executed();
        vm.writeList(call);
        final Vcpu vcpu = vm.vcpu();
        long status = HStatus.H_TOO_HARD;
        boolean realModeDiffers = false;
        if (call.realMode() && !virtualOnly) {
            status = vcpu.realModeOnly(call.opcode(), call.liobn(), call.ioba(), call.r6(), call.r7());
            realModeDiffers = status != call.realModeStatus();
            if (realModeDiffers) {
                differs(call, "real-mode status " + call.realModeStatus(), "real-mode status " + status);
            }
        }
        if (status == HStatus.H_TOO_HARD) {
            status = vcpu.virtualModeOnly(call.opcode(), call.liobn(), call.ioba(), call.r6(), call.r7());
        }
        // One call is one mismatch, however many of its results differ.
        if (!realModeDiffers) {
            compare(call, status, vcpu.r4());
        }
    }

    private void compare(final VectorCall call, final long status, final long value) {
        if (status != call.status()) {
            if (dependsOnLayer(call, status)) {
                tally.dependsOnLayer();
            } else {
                differs(call, "status " + call.status(), "status " + status);
            }
        } else if (call.opcode() == Hcall.H_GET_TCE && status == HStatus.H_SUCCESS && value != call.value()) {
            differs(call, "value " + Long.toHexString(call.value()), "value " + Long.toHexString(value));
        }
    }

    /** Whether real mode refused what virtual mode passes on, by the one list of what may differ between them. */
    private boolean dependsOnLayer(final VectorCall call, final long status) {
        if (!virtualOnly
                || !call.realMode()
                || call.realModeStatus() != HStatus.H_PARAMETER
                || call.status() != HStatus.H_PARAMETER
                || status != HStatus.H_TOO_HARD) {
            return false;
        }
        final TceTable table = vm.table(call.liobn());
        return LayerDependent.realAgainstVirtual(call, table == null ? null : table.geometry(), vm.memslots());
    }

    private void differs(final VectorCall call, final String expected, final String got) {
        tally.differs(call.line(), call.text(), expected, got);
    }
}
