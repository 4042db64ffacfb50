package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.Hcall.H_GET_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.support.PassThroughVm.HPA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.PinnedMappings;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.telemetry.HcallStatistics;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.telemetry.PassReason;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a vCPU remembers of a window ends with everything that it depends on. The vCPU stays online throughout: only the count
 * of changes tells it.
 */
class RememberedWindowTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long RAM = 0x10_0000;
    private static final long PAGES = 64;

    private PassThroughVm setup;
    private TceTable guest;

    private void open(final int groups) {
        setup = new PassThroughVm(groups, Entry.REAL, 16).memory(0, RAM).memory(2 * RAM, RAM);
        setup.passThrough(16);
        guest = setup.window(LIOBN, 12, 0, PAGES);
        setup.makeResident(guest);
    }

    /** A call that is ended in real mode, by what is remembered from the second on. */
    private void put(final long entry, final long tce) {
        final long before = setup.vcpu().counters().ended(Layer.REAL);
        assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, entry << 12, tce));
        assertEquals(before + 1, setup.vcpu().counters().ended(Layer.REAL));
    }

    private void remember() {
        put(1, 0x2_0003);
        put(2, 0x2_0003);
        put(2, 0);
    }

    /** Another call meets the change first: what was remembered must be forgotten then, not only passed over once. */
    private void renewCopies() {
        assertEquals(H_SUCCESS, setup.vcpu().hcall(H_GET_TCE, LIOBN, 0, 0, 0));
    }

    private void closeAndAudit() {
        setup.offline();
        setup.audit();
        setup.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldMoveTheCountWhenAPageOfAnotherRegionIsReplaced(final int groups) {
        open(groups);
        remember();
        put(2, 2 * RAM | 3);
        put(1, 2 * RAM + 0x1003);
        assertEquals(0, setup.mapped(0));
        assertEquals(2 * groups, setup.mapped(2 * RAM));
        put(3, 0x2_0003);
        put(2, 0);
        assertEquals(groups, setup.mapped(0));
        assertEquals(groups, setup.mapped(2 * RAM));
        closeAndAudit();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x3_0003})
    void shouldMoveTheCountWhenOnlyTheOlderTableHasAPageOfAnotherRegion(final long tce) {
        open(2);
        remember();
        put(1, 0);
        PinnedMappings.map(
                setup.hardware(0),
                setup.vm().process().pinnedMemory(),
                1,
                setup.region(2 * RAM).ua(),
                3);
        put(1, tce);
        assertEquals(tce == 0 ? 0 : 2, setup.mapped(0));
        assertEquals(0, setup.mapped(2 * RAM));
        closeAndAudit();
    }

    @Test
    void shouldUpdateATableWhenItIsAttachedToARememberedWindow() {
        open(1);
        remember();
        final IommuTable second =
                new IommuTable(setup.vm().process(), new IommuTableGeometry(12, 0, 1 << 20, 1, 16), true);
        second.makeResident(0, PAGES);
        remember();
        PinnedMappings.map(second, setup.vm().process().pinnedMemory(), 3, PassThroughVm.UA, 3);
        guest.attached().attach(second);
        renewCopies();
        put(3, 0);
        assertEquals(0, second.hardwareTceAcquire(3));
        put(1, 0x3_0003);
        assertEquals(HPA + 0x3_0003, second.hardwareTceAcquire(1));
        assertEquals(HPA + 0x3_0003, setup.hardware(0).hardwareTceAcquire(1));
        put(1, 0);
        setup.offline();
        guest.attached().release(second);
        second.put();
        closeAndAudit();
    }

    @Test
    void shouldUpdateTheFirstTableWhenAWindowWithoutAnyIsRemembered() {
        open(0);
        remember();
        final IommuTable first =
                new IommuTable(setup.vm().process(), new IommuTableGeometry(12, 0, 1 << 20, 1, 16), true);
        first.makeResident(0, PAGES);
        remember();
        final PinnedRegion region = setup.vm().process().pinnedMemory().register(PassThroughVm.UA, RAM >>> 16);
        remember();
        PinnedMappings.map(first, setup.vm().process().pinnedMemory(), 3, PassThroughVm.UA, 3);
        guest.attached().attach(first);
        renewCopies();
        put(3, 0);
        assertEquals(0, first.hardwareTceAcquire(3));
        put(1, 0x3_0003);
        assertEquals(HPA + 0x3_0003, first.hardwareTceAcquire(1));
        put(1, 0);
        setup.offline();
        guest.attached().release(first);
        first.put();
        setup.vm().process().pinnedMemory().put(region);
        closeAndAudit();
    }

    @Test
    void shouldLeaveATableAloneWhenItIsReleasedFromARememberedWindow() {
        open(2);
        remember();
        final IommuTable released = setup.hardware(1);
        guest.attached().release(released);
        renewCopies();
        put(1, 0);
        assertEquals(0, setup.hardware(0).hardwareTceAcquire(1));
        assertEquals(HPA + 0x2_0003, released.hardwareTceAcquire(1));
        put(1, 0x3_0003);
        assertEquals(HPA + 0x2_0003, released.hardwareTceAcquire(1));
        assertEquals(HPA + 0x3_0003, setup.hardware(0).hardwareTceAcquire(1));
        closeAndAudit();
    }

    @Test
    void shouldLeaveATableAloneWhenItDied() {
        open(2);
        remember();
        final IommuTable dead = setup.hardware(1);
        dead.die();
        renewCopies();
        put(1, 0);
        assertEquals(HPA + 0x2_0003, dead.hardwareTceAcquire(1));
        put(1, 0x3_0003);
        assertEquals(HPA + 0x2_0003, dead.hardwareTceAcquire(1));
        assertEquals(HPA + 0x3_0003, setup.hardware(0).hardwareTceAcquire(1));
        closeAndAudit();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldForgetTheWindowWhenItsTableIsClosed(final int groups) {
        open(groups);
        remember();
        setup.vm().files().close(setup.tableFd(LIOBN));
        // The handler has the window still, and the container.
        assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, 0x1000, 0));
        assertEquals(1, setup.vcpu().counters().ended(Layer.USERSPACE));
        assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, 0x1000, 0x3_0003));
        assertEquals(2, setup.vcpu().counters().ended(Layer.USERSPACE));
        closeAndAudit();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldUseTheNewWindowWhenALiobnIsReusedT18(final int groups) {
        open(groups);
        remember();
        setup.vm().files().close(setup.tableFd(LIOBN));
        final int fd = setup.vm().createSpaprTce64(new WindowGeometry(LIOBN, 16, 1, 4));
        final TceTable fresh = ((TceTableFile) setup.vm().files().file(fd)).table();
        fresh.makeResident(0, 4);
        final long before = guest.tceAcquire(1);
        assertEquals(-4, setup.vcpu().hPutTce(LIOBN, 0x1000, 0), "no page of the new window");
        assertEquals(-4, setup.vcpu().hPutTce(LIOBN, 0x1000, 0x3_0003), "no page of the new window");
        assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, 0x2_0000, 0x3_0003));
        assertEquals(0x3_0003, fresh.tceAcquire(1));
        assertEquals(before, guest.tceAcquire(1));
        assertTrue(groups == 0 || setup.hardware(0).hardwareTceAcquire(1) == HPA + 0x2_0003);
        assertEquals(0, guest.tceAcquire(32), "where the bus address would lie in the old window");
        closeAndAudit();
    }

    @Test
    void shouldRefuseAPageWhenItsMemslotIsRemoved() {
        open(1);
        remember();
        put(1, 2 * RAM + 3);
        put(2, 2 * RAM + 3);
        setup.vm().removeMemslot(2 * RAM);
        assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, 0x3000, 2 * RAM + 3));
        assertEquals(1, setup.vcpu().counters().ended(Layer.USERSPACE));
        assertEquals(0, setup.hardware(0).hardwareTceAcquire(3));
        assertEquals(1, setup.spaces().get(0).failedNotifications());
        closeAndAudit();
    }

    @Test
    void shouldRefuseAPageWhenItsRegionIsUnregistered() throws InterruptedException {
        setup = new PassThroughVm(1, Entry.REAL, 16, TimeUnit.SECONDS.toNanos(20)).memory(0, RAM);
        setup.passThrough(16);
        guest = setup.window(LIOBN, 12, 0, PAGES);
        setup.makeResident(guest);
        final PinnedRegion region = setup.region(0);
        remember();
        put(1, 0);
        final Thread unregistering =
                new Thread(() -> setup.vm().process().pinnedMemory().put(region));
        unregistering.start();
        while (unregistering.isAlive()) {
            setup.vcpu().hcall(H_GET_TCE, LIOBN, 0, 0, 0);
        }
        unregistering.join();
        assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, 0x1000, 0x3_0003));
        assertEquals(1, setup.vcpu().counters().ended(Layer.USERSPACE));
        assertEquals(-1, setup.hardware(0).nextMapped(0));
        closeAndAudit();
    }

    @Test
    void shouldTellAListenerWhenItIsAddedToARememberedTable() {
        open(1);
        remember();
        final int[] told = {0};
        setup.hardware(0).addInvalidation((bus, pages, shift) -> told[0]++);
        assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, 0x1000, 0));
        assertEquals(1, told[0]);
        assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, 0x1000, 0x3_0003));
        assertEquals(2, told[0]);
        closeAndAudit();
    }

    @Test
    void shouldPassOnAndRetryWhenARegionIsBeingUnregistered() throws InterruptedException {
        for (final boolean stays : new boolean[] {true, false}) {
            setup = new PassThroughVm(1, Entry.REAL, 16, TimeUnit.SECONDS.toNanos(20)).memory(0, RAM);
            setup.passThrough(16);
            guest = setup.window(LIOBN, 12, 0, PAGES);
            setup.makeResident(guest);
            remember();
            if (!stays) {
                put(1, 0);
            }
            final PinnedRegion region = setup.region(0);
            final long[] result = {1};
            // Without it the verdict could fall as soon as the call begins, and nothing would be refused.
            final QuiescentReader late = setup.vm().process().quiescence().register("late");
            late.online();
            final Thread unregistering = new Thread(() -> result[0] =
                    CallForm.result(() -> setup.vm().process().pinnedMemory().put(region)));
            unregistering.start();
            while (!region.isClosing()) {
                Thread.onSpinWait();
            }
            final HcallStatistics counters = setup.vcpu().counters();
            final Thread releasing = new Thread(() -> {
                while (counters.passedOn(Layer.VIRTUAL, PassReason.NOT_REGISTERED) == 0) {
                    Thread.onSpinWait();
                }
                late.offline();
            });
            releasing.start();
            // Refused by the mark; offline in userspace, so the verdict falls, and the container waits for it.
            assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, 0x5000, 0x5_0003));
            releasing.join();
            unregistering.join();
            late.close();
            assertEquals(1, setup.vcpu().counters().ended(Layer.USERSPACE));
            assertEquals(stays ? -16 : 0, result[0]);
            assertEquals(stays ? HPA + 0x5_0003 : 0, setup.hardware(0).hardwareTceAcquire(5));
            assertEquals(stays ? 0 : 1, setup.spaces().get(0).failedNotifications());
            if (stays) {
                put(6, 0x6_0003);
                assertEquals(3, setup.mapped(0));
            }
            closeAndAudit();
        }
    }

    @Test
    void shouldFindTheMemoryAgainWhenARegionIsRegisteredAnewT32() {
        open(1);
        remember();
        put(1, 0);
        setup.offline();
        final PinnedRegion old = setup.region(0);
        setup.vm().process().pinnedMemory().put(old);
        final PinnedRegion anew = setup.vm().process().pinnedMemory().register(PassThroughVm.UA, RAM >>> 16);
        put(1, 0x2_0003);
        put(9, 0);
        assertEquals(H_SUCCESS, setup.vcpu().virtualModeOnly(H_PUT_TCE, LIOBN, 0x9000, 0, 0));
        assertEquals(1, setup.mapped(0));
        put(1, 0);
        assertEquals(0, setup.mapped(0));
        setup.offline();
        setup.vm().process().pinnedMemory().put(anew);
        assertTrue(setup.region(0) == null);
        closeAndAudit();
    }

    @Test
    void shouldReadMemslotsOncePerCallWhenTheyComeAndGoT22() throws InterruptedException {
        open(1);
        final boolean[] stop = {false};
        final GuestMemory block = GuestMemory.sparse(RAM);
        final long slot = 2 * RAM;
        setup.vm().removeMemslot(slot);
        final Thread changing = new Thread(() -> {
            for (int i = 0; i < 300; i++) {
                setup.vm().addMemslot(new Memslot(slot + (i & 1) * RAM, RAM, PassThroughVm.UA + slot, block));
                Thread.yield();
                setup.vm().removeMemslot(slot + (i & 1) * RAM);
            }
            synchronized (stop) {
                stop[0] = true;
            }
        });
        changing.start();
        boolean done = false;
        for (int i = 0; !done; i++) {
            final long gpa = slot + (i & 1) * RAM;
            assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, (i & 15) << 12, gpa + 3));
            final long word = setup.hardware(0).hardwareTceAcquire(i & 15);
            assertTrue(word == 0 || word == HPA + slot + 3, () -> "0x" + Long.toHexString(word));
            synchronized (stop) {
                done = stop[0];
            }
        }
        changing.join();
        closeAndAudit();
    }
}
