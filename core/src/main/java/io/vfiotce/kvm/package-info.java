/**
 * A virtual machine as KVM has it: memslots, vCPUs, TCE table files.
 *
 * <p>Start at {@link io.vfiotce.kvm.Vm}; the hot path is {@link io.vfiotce.kvm.Vcpu#hcall}.
 */
package io.vfiotce.kvm;
