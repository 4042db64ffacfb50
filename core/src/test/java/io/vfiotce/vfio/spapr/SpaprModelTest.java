package io.vfiotce.vfio.spapr;

import static io.vfiotce.vfio.spapr.SpaprFixture.PAGE;
import static io.vfiotce.vfio.spapr.SpaprFixture.RW;
import static io.vfiotce.vfio.spapr.SpaprFixture.UA;
import static io.vfiotce.vfio.spapr.SpaprFixture.WINDOW1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.support.Seeds;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.vfio.VfioExtension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random calls on two containers of one process against a naive model of regions, windows, entries and the account. No
 * entry points outside memory that was registered when it was installed; none outlives its region or its container.
 */
class SpaprModelTest {
    private static final int STEPS = 20_000;
    private static final int SPOTS = 8;
    private static final long WINDOW_BYTES = 1 << 20;
    // 64 KiB hosts pad a table of 4 KiB pages to 8192 entries in each view.
    private static final long WINDOW_LOCKED_PAGES = 2;

    /** What one container should have. */
    private static final class Model {
        private SpaprTceIommu iommu;
        private Ioda2TableGroup group;
        private boolean enabled;
        private final Map<Long, Long> regions = new HashMap<>();
        private final List<TreeMap<Long, Long>> windows = new ArrayList<>(List.of(new TreeMap<>(), new TreeMap<>()));
        private final boolean[] open = new boolean[2];
    }

    private final SpaprFixture fixture = SpaprFixture.v2();
    private final Model[] models = {new Model(), new Model()};
    private final Random random = new Random(Seeds.seed("SpaprModelTest"));

    private void start(final Model model) {
        model.iommu = fixture.another(VfioExtension.SPAPR_TCE_V2);
        model.group = model.group == null ? new Ioda2TableGroup() : model.group;
        model.iommu.attachGroup(fixture.group(model.group));
        model.iommu.removeWindow(fixture.process, 0, 0);
        model.enabled = false;
    }

    private boolean attempt(final Runnable call) {
        try {
            call.run();
            return true;
        } catch (final LinuxException e) {
            return false;
        }
    }

    private boolean isRegistered(final long ua) {
        for (final Model model : models) {
            for (final Map.Entry<Long, Long> region : model.regions.entrySet()) {
                if (ua >= region.getKey() && ua < region.getKey() + region.getValue()) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isMapped(final long ua, final long size) {
        for (final Model model : models) {
            for (final TreeMap<Long, Long> window : model.windows) {
                if (window.values().stream().anyMatch(mapped -> mapped >= ua && mapped < ua + size)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void register(final Model model, final long ua, final long size) {
        boolean expected = !model.regions.containsKey(ua) || model.regions.get(ua) != size;
        for (final Model other : models) {
            for (final Map.Entry<Long, Long> region : other.regions.entrySet()) {
                final boolean same = region.getKey() == ua && region.getValue() == size;
                final boolean apart = ua + size <= region.getKey() || region.getKey() + region.getValue() <= ua;
                expected &= same || apart;
            }
        }
        assertEquals(expected, attempt(() -> model.iommu.registerMemory(fixture.process, 0, ua, size)));
        if (expected) {
            model.regions.put(ua, size);
            model.enabled = true;
        }
    }

    private void unregister(final Model model, final Model other, final long ua, final long size) {
        final boolean mine = model.regions.getOrDefault(ua, 0L) == size;
        final boolean expected = mine && (other.regions.containsKey(ua) || !isMapped(ua, size));
        assertEquals(expected, attempt(() -> model.iommu.unregisterMemory(fixture.process, 0, ua, size)));
        if (expected) {
            model.regions.remove(ua);
        }
    }

    private void map(final Model model, final int slot, final long first, final long pages, final long ua) {
        final long iova = (slot == 0 ? 0 : WINDOW1) + first * 4096;
        boolean expected = model.enabled && model.open[slot];
        boolean started = expected;
        for (long page = 0; expected && page < pages; page++) {
            expected = isRegistered(ua + page * 4096);
        }
        assertEquals(expected, attempt(() -> model.iommu.mapDma(fixture.process, RW, ua, iova, pages * 4096)));
        for (long page = 0; started && page < pages; page++) {
            if (expected) {
                model.windows.get(slot).put(first + page, ua + page * 4096);
            } else if (isRegistered(ua + page * 4096)) {
                model.windows.get(slot).remove(first + page);
            } else {
                started = false;
            }
        }
    }

    private void unmap(final Model model, final int slot, final long first, final long pages) {
        final long iova = (slot == 0 ? 0 : WINDOW1) + first * 4096;
        final boolean expected = model.enabled && model.open[slot];
        assertEquals(expected, attempt(() -> model.iommu.unmapDma(fixture.process, 0, iova, pages * 4096)));
        if (expected) {
            model.windows.get(slot).subMap(first, first + pages).clear();
        }
    }

    private void create(final Model model) {
        final boolean expected = !model.open[0] || !model.open[1];
        assertEquals(expected, attempt(() -> model.iommu.createWindow(fixture.process, 0, 12, WINDOW_BYTES, 1)));
        if (expected) {
            model.open[model.open[0] ? 1 : 0] = true;
        }
    }

    private void remove(final Model model, final int slot) {
        final long start = slot == 0 ? 0 : WINDOW1;
        assertEquals(model.open[slot], attempt(() -> model.iommu.removeWindow(fixture.process, 0, start + 4096)));
        model.open[slot] = false;
        model.windows.get(slot).clear();
    }

    private void end(final Model model) {
        fixture.driver.release(model.iommu);
        model.regions.clear();
        for (int slot = 0; slot < 2; slot++) {
            model.open[slot] = false;
            model.windows.get(slot).clear();
        }
        // Memory that only this container had registered goes when its mappings have gone: at once, nobody is late.
        start(model);
    }

    private void step() {
        final int which = random.nextInt(2);
        final Model model = models[which];
        final Model other = models[1 - which];
        final int slot = random.nextInt(2);
        final long spot = UA + random.nextInt(SPOTS) * PAGE;
        final long size = (1 + random.nextInt(3)) * PAGE;
        final long first = random.nextInt(64);
        final long pages = random.nextInt(24);
        switch (random.nextInt(32)) {
            case 0, 1, 2, 3 -> register(model, spot, size);
            case 4, 5, 6, 7 -> unregister(model, other, spot, size);
            case 8 -> create(model);
            case 9 -> remove(model, slot);
            case 10 -> {
                if (!other.regions.keySet().equals(model.regions.keySet())
                        && random.nextInt(8) == 0
                        && !crosses(other)) {
                    end(model);
                }
            }
            case 11, 12, 13, 14, 15, 16 -> unmap(model, slot, first, pages);
            default -> map(model, slot, first, pages, spot + random.nextInt(16) * 4096L);
        }
    }

    /** Whether a container has mapped memory that only the other one has registered: the region then outlives its owner. */
    private boolean crosses(final Model model) {
        for (final TreeMap<Long, Long> window : model.windows) {
            for (final long ua : window.values()) {
                if (model.regions.entrySet().stream()
                        .noneMatch(region -> ua >= region.getKey() && ua < region.getKey() + region.getValue())) {
                    return true;
                }
            }
        }
        return false;
    }

    private void check() {
        long locked = 0;
        final Map<Long, Long> all = new HashMap<>();
        for (final Model model : models) {
            all.putAll(model.regions);
            for (int slot = 0; slot < 2; slot++) {
                final IommuTable table = model.group.table(slot);
                if (model.open[slot]) {
                    locked += WINDOW_LOCKED_PAGES;
                    checkWindow(table, model.windows.get(slot));
                } else {
                    assertNull(table);
                }
            }
        }
        locked += all.values().stream().mapToLong(size -> size / PAGE).sum();
        assertEquals(locked, fixture.locked.lockedPages());
        fixture.audit();
    }

    private void checkWindow(final IommuTable table, final TreeMap<Long, Long> expected) {
        final TreeMap<Long, Long> found = new TreeMap<>();
        for (long entry = table.nextMapped(0); entry >= 0; entry = table.nextMapped(entry + 1)) {
            final long ua = (table.hardwareTceAcquire(entry) & -4096L) - CountingHost.OFFSET_BYTES;
            assertEquals(true, isRegistered(ua), "an entry points outside registered memory");
            assertEquals(ua, table.userAddressAcquire(entry));
            found.put(entry, ua);
        }
        assertEquals(expected, found);
    }

    @Test
    void shouldAgreeWithTheModelWhenCallsAreRandom() {
        try (fixture) {
            start(models[0]);
            start(models[1]);
            for (int step = 0; step < STEPS; step++) {
                step();
                if (step % 4 == 0) {
                    check();
                }
            }
            check();
        }
    }
}
