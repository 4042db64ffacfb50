package io.vfiotce.hcall;

import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.CounterBlock;
import io.vfiotce.memory.GuestAddressSpace;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.MappedCounts;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.PageSlots;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.RegionSet;
import io.vfiotce.memory.Slots;
import io.vfiotce.memory.WindowCache;
import io.vfiotce.memory.WordPage;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.AttachedTables;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.Leaves;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TableLevels;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.HcallCounters;
import java.util.List;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The classes that real mode touches. Creating a vCPU initializes them all, so that no hypercall runs a class initializer,
 * which could allocate, lock and throw. A test compares this list with what the bytecode reaches.
 */
final class RealModeClasses {
    static final List<Class<?>> ALL = List.of(
            AttachedTables.class,
            ChangeCount.class,
            CounterBlock.class,
            EnabledHcalls.class,
            GuestAddressSpace.class,
            GuestMemory.class,
            HStatus.class,
            HardwareUpdates.class,
            Hcall.class,
            HcallChain.class,
            HcallCounters.class,
            IommuTable.class,
            Leaves.class,
            LiobnDirectory.class,
            MappedCounts.class,
            Memslots.class,
            PageSlots.class,
            PinnedMemory.class,
            PinnedRegion.class,
            QuiescentReader.class,
            RealMode.class,
            RegionSet.class,
            RememberedWindows.class,
            Slots.class,
            TableLevels.class,
            Tce.class,
            TceList.class,
            TceTable.class,
            UnsafeApi.class,
            UnsafeBuffer.class,
            VcpuRegions.class,
            VcpuState.class,
            WindowCache.class,
            WordPage.class,
            Words.class);

    private RealModeClasses() {}

    static void initialize() {
        for (final Class<?> type : ALL) {
            try {
                Class.forName(type.getName(), true, type.getClassLoader());
            } catch (final ClassNotFoundException e) {
                throw new IllegalStateException("cannot initialize " + type, e);
            }
        }
    }
}
