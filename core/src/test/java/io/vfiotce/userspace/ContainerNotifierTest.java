package io.vfiotce.userspace;

import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.support.PassThroughVm.HPA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.papr.Hcall;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What userspace stores reaches the container, and ends with the window. */
class ContainerNotifierTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long RAM = 0x10_0000;

    /** A TCE that userspace stores over a mapping of page 0x2_0000, and what the hardware has then. */
    record Row(String name, long tce, long hardware, int failures) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> rows() {
        return List.of(
                new Row("§7.6 MAP read only", 0x3_0001, HPA + 0x3_0001, 0),
                new Row("§7.6 MAP write only is read and write", 0x3_0002, HPA + 0x3_0003, 0),
                new Row("§7.6 MAP, low bits rounded down", 0x3_0803, HPA + 0x3_0003, 0),
                new Row("§7.6 MAP of no memory fails, the old mapping stays", 8 * RAM + 3, HPA + 0x2_0003, 1),
                new Row("§7.6 MAP of memory that is not registered fails", 4 * RAM + 3, HPA + 0x2_0003, 1),
                new Row("§7.6 UNMAP", 0, 0, 0),
                new Row("§7.6 UNMAP by poison", 0x3_0804, 0, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldCarryOverWhatUserspaceStores(final Row row) {
        try (PassThroughVm setup = new PassThroughVm(1, Entry.USERSPACE, 16).memory(0, RAM)) {
            final VfioAddressSpace space = setup.passThrough(List.of(0), 16);
            setup.memory(4 * RAM, RAM);
            final TceTable guest = setup.window(LIOBN, 12, 0, 64);
            assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, 0x1000, 0x2_0003));
            assertEquals(H_SUCCESS, setup.vcpu().hPutTce(LIOBN, 0x1000, row.tce));
            assertEquals(row.tce, guest.tceAcquire(1));
            assertEquals(row.hardware, setup.hardware(0).hardwareTceAcquire(1));
            assertEquals(row.failures, space.failedNotifications());
            setup.audit();
        }
    }

    @ParameterizedTest(name = "the window''s {0} is closed while an answer is applied")
    @ValueSource(strings = {"mapping and descriptor", "window in the container"})
    void shouldFinishTheAnswerWhenTheWindowIsClosedMeanwhile(final String what) throws InterruptedException {
        try (PassThroughVm setup = new PassThroughVm(1, Entry.USERSPACE, 16).memory(0, RAM)) {
            setup.passThrough(List.of(0), 16);
            final TceTable guest = setup.window(LIOBN, 12, 0, 64);
            final CountDownLatch applying = new CountDownLatch(1);
            final boolean[] closed = {false};
            final long[] seen = new long[3];
            final Thread closing = new Thread(() -> {
                awaitQuietly(applying);
                if (what.startsWith("mapping")) {
                    setup.closeUserspaceWindow(guest);
                    setup.vm().files().close(setup.tableFd(LIOBN));
                } else {
                    setup.spaces().get(0).close();
                }
                closed[0] = true;
            });
            guest.userspaceSide().add((ioba, pageShift, tce) -> {
                final int index = (int) (ioba >>> 12) - 1;
                final boolean first = index == 0 && seen[0] == 0;
                if (seen[index] == 0) {
                    seen[index] = tce;
                }
                if (first) {
                    applying.countDown();
                    // It comes as far as the window's lock, which this thread holds.
                    while (closing.getState() != Thread.State.BLOCKED) {
                        Thread.yield();
                    }
                    assertTrue(!closed[0]);
                }
            });
            closing.start();
            setup.test().putList(0x1_0000, 0x2_0003, 0x3_0003, 0x4_0003);
            assertEquals(H_SUCCESS, setup.vcpu().hcall(Hcall.H_PUT_TCE_INDIRECT, LIOBN, 0x1000, 0x1_0000, 3));
            setup.offline();
            closing.join();
            assertEquals(List.of(0x2_0003L, 0x3_0003L, 0x4_0003L), List.of(seen[0], seen[1], seen[2]));
            assertEquals(
                    what.startsWith("mapping") ? -4 : H_SUCCESS,
                    setup.vcpu().hPutTce(LIOBN, 0x1000, 0x5_0003),
                    "the next call");
        }
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
