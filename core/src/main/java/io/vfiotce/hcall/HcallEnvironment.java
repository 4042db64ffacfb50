package io.vfiotce.hcall;

import io.vfiotce.handoff.WindowOperations;
import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.GuestAddressSpace;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.tce.LiobnDirectory;
import java.util.function.Supplier;

/**
 * What the vCPUs of one VM share when they serve hypercalls.
 *
 * @param enabled which hypercalls the kernel layers serve
 * @param changes counts changes of what vCPUs keep copies of
 * @param tables tables that the kernel layers serve
 * @param windows tables that the userspace handler answers for
 * @param guestMemory the guest's memory
 * @param pinnedMemory the process's registered regions
 * @param offHeap where off-heap memory comes from
 * @param windowOperations what makes and removes windows for the guest, as of now
 */
public record HcallEnvironment(
        EnabledHcalls enabled,
        ChangeCount changes,
        LiobnDirectory tables,
        LiobnDirectory windows,
        GuestAddressSpace guestMemory,
        PinnedMemory pinnedMemory,
        OffHeap offHeap,
        Supplier<WindowOperations> windowOperations) {}
