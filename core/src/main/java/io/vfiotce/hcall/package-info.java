/**
 * The four TCE hypercalls and the chain of layers that serves them.
 *
 * <p>The hot path is {@link io.vfiotce.hcall.HcallChain#hcall}, which calls {@link io.vfiotce.hcall.RealMode}; what real
 * mode passes on goes to {@link io.vfiotce.hcall.VirtualMode} and then to {@link io.vfiotce.hcall.UserspaceMode}.
 *
 * <p>Real mode never allocates, locks, blocks, throws or calls unknown code. It either ends the call or returns H_TOO_HARD
 * having changed nothing that the next layer would not do again.
 */
package io.vfiotce.hcall;
