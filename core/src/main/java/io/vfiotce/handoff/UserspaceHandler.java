package io.vfiotce.handoff;

/**
 * Decides hypercalls that the kernel layers passed on: the embedder's VMM.
 *
 * <p>The vCPU waits for the answer, however long it takes: nobody may make a hypercall with a lock held that the handler takes.
 */
@FunctionalInterface
public interface UserspaceHandler {
    /**
     * Decides one call.
     *
     * @param request the call; valid until this method returns
     * @param answer receives the decision; unanswered means H_HARDWARE, nothing done
     * @threads the handler's own thread, one call at a time
     */
    void handle(HcallRequest request, HcallAnswer answer);
}
