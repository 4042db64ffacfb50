package io.vfiotce.vfio.type1;

import static io.vfiotce.vfio.type1.TestContainer.PAGE;
import static io.vfiotce.vfio.type1.TestContainer.READ_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.DmaAperture;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.support.Seeds;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random MAP and UNMAP over a small space against a naive model; a second group comes and goes. */
class Type1DifferentialTest {
    private static final int CALLS = 5_000;
    private static final int UA_PAGES = 256;
    private static final int LIMIT_PAGES = 20;

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 6})
    void shouldDoWhatTheModelDoesWhenCallsAreRandom(final long type) {
        final Random random = new Random(Seeds.seed("Type1DifferentialTest"));
        final ShadowType1 shadow = new ShadowType1(type != 1, LIMIT_PAGES);
        try (TestContainer container = new TestContainer(type)) {
            // Nearly all of the account is used up, so that the limit is met too.
            final long elsewhere = TestContainer.LIMIT_PAGES - LIMIT_PAGES;
            assertTrue(container.locked.charge(elsewhere));
            final IommuGroup other = container.newGroup(new DmaAperture(
                    DmaAperture.DEFAULT.range(), List.of(), DmaAperture.DEFAULT.pageSizes(), false, true));
            boolean attached = false;
            for (int i = 0; i < CALLS; i++) {
                final int first = random.nextInt(ShadowType1.PAGES);
                final int pages = Math.min(random.nextInt(8), ShadowType1.PAGES - first);
                if (random.nextInt(50) == 0) {
                    if (attached) {
                        container.driver.detachGroup(container.iommu, other);
                    } else {
                        container.driver.attachGroup(container.iommu, other);
                    }
                    attached = !attached;
                } else if (random.nextBoolean()) {
                    map(container, shadow, random, first, pages);
                } else {
                    final long expected = shadow.unmap(first, pages);
                    assertEquals(expected < 0 ? expected : expected * PAGE, container.unmapPages(first, pages));
                }
                assertEquals(shadow.charged(), container.locked.lockedPages() - elsewhere);
                assertEquals(shadow.charged(), container.host.pins());
                assertSame(container, shadow, container.group, true);
                assertSame(container, shadow, other, attached);
            }
            container.locked.uncharge(elsewhere);
        }
    }

    private static void map(
            final TestContainer container,
            final ShadowType1 shadow,
            final Random random,
            final int first,
            final int pages) {
        final int ua = random.nextInt(UA_PAGES);
        final int unpinnable = random.nextInt(UA_PAGES);
        container.host.unpinnableUa = unpinnable * PAGE;
        final long expected = shadow.map(ua, first, pages, unpinnable);
        assertEquals(expected, container.map(READ_WRITE, ua * PAGE, first * PAGE, pages * PAGE));
    }

    /** Every entry leads to a pinned page, and there are no others. */
    private static void assertSame(
            final TestContainer container, final ShadowType1 shadow, final IommuGroup group, final boolean attached) {
        for (int page = 0; page < ShadowType1.PAGES; page++) {
            final Type1Translation found = container.iommu.translate(group, page * PAGE);
            if (shadow.mapping[page] == 0 || !attached) {
                assertNull(found);
            } else {
                assertNotNull(found);
                final long ua = found.hpa() - CountingHost.HPA_OFFSET_BYTES;
                assertEquals(shadow.uaPage[page] * PAGE, ua);
                assertTrue(container.host.pinned.containsKey(ua));
            }
        }
    }
}
