package io.vfiotce.tools.handler;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.SharedHandoff;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import java.nio.file.Path;

/** A VM that calls its handler until it is killed; a process of its own, whose main class this is. */
public final class HandlerOwner {
    private HandlerOwner() {}

    /**
     * Prints the epoch once a call was answered, and goes on.
     *
     * @param args the directory
     */
    public static void main(final String[] args) {
        final SharedHandoff handoff =
                SharedHandoff.create(Path.of(args[0]), new SharedHandoffConfig().answerLimit(AnswerLimit.RUN));
        System.out.println("made");
        final Vcpu vcpu = new Vm(new VmConfig(), handoff).createVcpu();
        boolean isAnswered = false;
        while (true) {
            // No window has this LIOBN, which only the handler can tell.
            if (vcpu.hcall(Hcall.H_PUT_TCE, 1, 0, 0, 0) != HStatus.H_PARAMETER) {
                throw new AssertionError("not answered");
            }
            if (!isAnswered) {
                isAnswered = true;
                System.out.println(handoff.epoch());
            }
        }
    }
}
