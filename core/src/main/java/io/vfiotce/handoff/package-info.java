/**
 * The way of a hypercall from a vCPU to the userspace handler and of the answer back.
 *
 * <p>A handler only answers: a status, and which entries of which window the call touches. The waiting vCPU checks the
 * answer and applies it once, from its own copy of arguments and list.
 */
package io.vfiotce.handoff;
