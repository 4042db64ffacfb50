/**
 * The four TCE hypercalls and the chain of layers that serves them.
 *
 * <p>The hot path of H_PUT_TCE is {@link io.vfiotce.hcall.HcallChain#hPutTce} and then {@link
 * io.vfiotce.hcall.RememberedWindows}, which knows the windows used last by address; every other call, and a window that is
 * not remembered, goes to {@link io.vfiotce.hcall.RealMode}. What real mode passes on goes to {@link
 * io.vfiotce.hcall.VirtualMode} and then to {@link io.vfiotce.hcall.UserspaceMode}.
 *
 * <p>A vCPU is one object, so that a call follows few references; its classes build on each other:
 *
 * <pre>
 *   VcpuState          copies of what vCPUs share, counters, announcements
 *   VcpuRegions        the registered memory mapped last, counts of mappings
 *   HardwareUpdates    attached IOMMU tables: map, unmap
 *   RememberedWindows  H_PUT_TCE by address
 *   RealMode           the hypercalls by the tables
 *   HcallChain         the layers in order
 *   kvm.Vcpu           the embedder's handle
 * </pre>
 *
 * <p>Real mode never allocates, locks, blocks, throws or calls unknown code. It either ends the call or returns H_TOO_HARD
 * having changed nothing that the next layer would not do again. Where IOMMU tables are attached every one is updated first,
 * newest first, then the guest view.
 */
package io.vfiotce.hcall;
