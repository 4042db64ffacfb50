/**
 * The way of a hypercall from a vCPU to the userspace handler and of the answer back: in this process ({@link
 * io.vfiotce.handoff.InProcessHandoff}) or to another one ({@link io.vfiotce.handoff.SharedHandoff}, {@link
 * io.vfiotce.handoff.SharedHandler}).
 *
 * <p>A handler only answers: a status, and which entries of which window the call touches. The waiting vCPU checks the
 * answer and applies it once, from its own copy of arguments and list.
 */
package io.vfiotce.handoff;
