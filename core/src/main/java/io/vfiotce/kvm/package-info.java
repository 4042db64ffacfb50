/**
 * A virtual machine as KVM has it: memslots, vCPUs, TCE table files, and the device that makes it an external user of VFIO
 * groups.
 *
 * <p>Start at {@link io.vfiotce.kvm.Vm}; the hot path is {@link io.vfiotce.kvm.Vcpu#hcall}.
 *
 * <p>Hypercalls reach the hardware's tables after these calls, in this order; taking apart works in every order.
 *
 * <ol>
 *   <li>{@link io.vfiotce.kvm.Vm#createSpaprTce64}: the LIOBN and its guest view;
 *   <li>{@link io.vfiotce.kvm.KvmVfioDevice#groupAdd}: the VM holds the group in its container;
 *   <li>the container's own call that makes a DMA window in the same place;
 *   <li>{@link io.vfiotce.kvm.KvmVfioDevice#setSpaprTce}: the LIOBN gets the window's table.
 * </ol>
 *
 * <p>Locks are taken in this order, and none is held where it is not needed: the VM's, the KVM-VFIO device's, those of VFIO
 * (group, container, driver), those of a LIOBN's attached tables and of a table's links. Files are put, groups let go and
 * memory reclaimed with no lock of the device held.
 */
package io.vfiotce.kvm;
