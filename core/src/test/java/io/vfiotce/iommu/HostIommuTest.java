package io.vfiotce.iommu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.support.SpinBarrier;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Groups of the host: numbers, references, and a device in one group at most. */
class HostIommuTest {
    private final HostIommu host = new HostIommu();

    @Test
    void shouldNumberGroupsFromZeroWhenSomeAreRemoved() {
        final IommuGroup first = host.newGroup();
        assertEquals(0, first.id());
        assertEquals(1, host.newGroup().id());
        host.remove(first);
        assertNull(host.get(0));
        assertEquals(2, host.newGroup().id());
        assertNull(host.get(3));
        assertNull(host.get(-1));
        host.remove(first);
    }

    @Test
    void shouldTakeAReferenceWhenAGroupIsFound() {
        final IommuGroup group = host.newGroup();
        assertEquals(0, group.references());
        assertSame(group, host.get(0));
        assertSame(group, host.get(0));
        assertEquals(2, group.references());
        host.remove(group);
        group.put();
        group.put();
        assertThrows(IllegalStateException.class, group::put);
        assertEquals(0, group.references());
    }

    @Test
    void shouldKeepADeviceInOneGroupWhenItIsAddedElsewhere() {
        final IommuGroup group = host.newGroup();
        final IommuGroup other = host.newGroup();
        final HostDevice device = new HostDevice("0000:01:00.0");
        assertNull(device.group());
        group.add(device);
        assertSame(group, device.group());
        assertThrows(IllegalStateException.class, () -> other.add(device));
        assertThrows(IllegalStateException.class, () -> group.add(device));
        assertEquals(List.of(), other.devices());
        other.remove(device);
        assertSame(group, device.group());
        assertEquals(List.of(device), group.devices());
        group.remove(device);
        assertNull(device.group());
        other.add(device);
        assertSame(other, device.group());
    }

    @Test
    void shouldLetOneGroupWinWhenTwoAddADeviceAtOnce() throws Exception {
        final IommuGroup[] groups = {host.newGroup(), host.newGroup()};
        final int rounds = 20_000;
        final HostDevice[] devices = new HostDevice[rounds];
        for (int i = 0; i < rounds; i++) {
            devices[i] = new HostDevice("device " + i);
        }
        final AtomicInteger refused = new AtomicInteger();
        final SpinBarrier barrier = new SpinBarrier();
        final Thread[] threads = new Thread[2];
        for (int t = 0; t < 2; t++) {
            final IommuGroup group = groups[t];
            threads[t] = new Thread(() -> {
                for (final HostDevice device : devices) {
                    try {
                        barrier.await();
                        group.add(device);
                    } catch (final IllegalStateException e) {
                        refused.incrementAndGet();
                    }
                }
            });
            threads[t].start();
        }
        threads[0].join();
        threads[1].join();
        assertEquals(rounds, refused.get());
        assertEquals(rounds, groups[0].devices().size() + groups[1].devices().size());
        for (final IommuGroup group : groups) {
            group.devices().forEach(device -> assertSame(group, device.group()));
        }
    }

    @Test
    void shouldKeepWhatADriverLeavesWhenItIsBound() {
        final HostDevice device = new HostDevice("a");
        assertNull(device.driverName());
        assertNull(device.driverData());
        device.driverName("vfio-pci");
        device.driverData(this);
        assertEquals("vfio-pci", device.driverName());
        assertSame(this, device.driverData());
        device.driverName(null);
        device.driverData(null);
        assertNull(device.driverName());
        assertNull(device.driverData());
        assertEquals("a", device.name());
    }

    @Test
    void shouldKnowItsTablesWhenThePlatformHasThem() {
        final IommuGroup group = host.newGroup();
        assertNull(group.tableGroup());
        final IommuTableGroup tables = new IommuTableGroup() {};
        group.tableGroup(tables);
        assertSame(tables, group.tableGroup());
        assertNull(tables.table(0));
        assertNull(tables.table(1));
        group.tableGroup(null);
        assertNull(group.tableGroup());
    }
}
