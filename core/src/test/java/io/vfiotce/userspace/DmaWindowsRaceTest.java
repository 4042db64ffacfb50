package io.vfiotce.userspace;

import static io.vfiotce.papr.HStatus.H_HARDWARE;
import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestInts;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Rtas;
import io.vfiotce.support.FakeHostMemory;
import io.vfiotce.support.RtasVm;
import io.vfiotce.support.TestVm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** vCPUs query, make and remove windows while others map in them: nothing is torn, nothing is left. */
class DmaWindowsRaceTest {
    private static final long FIRST = RtasVm.BRIDGE.liobn();
    private static final long SECOND = RtasVm.BRIDGE.secondLiobn();
    private static final long START = RtasVm.BRIDGE.secondStartBytes();
    private static final int ROUNDS = 300;

    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong created = new AtomicLong();
    private final AtomicLong removed = new AtomicLong();
    private final AtomicLong mapped = new AtomicLong();

    /** Calls firmware; returns the results. */
    private static long[] call(
            final TestVm vm,
            final Vcpu vcpu,
            final long gpa,
            final long token,
            final int nret,
            final long... arguments) {
        final long[] words = new long[3 + arguments.length];
        words[0] = token;
        words[1] = arguments.length;
        words[2] = nret;
        System.arraycopy(arguments, 0, words, 3, arguments.length);
        for (int i = 0; i < words.length; i++) {
            GuestInts.put(vm.vm().memslots(), gpa + 4L * i, words[i]);
        }
        assertEquals(H_SUCCESS, vcpu.hcall(Hcall.H_RTAS, gpa, 0, 0, 0));
        final long[] results = new long[nret];
        for (int i = 0; i < nret; i++) {
            results[i] = (int) GuestInts.get(vm.vm().memslots(), gpa + 4L * (words.length + i));
        }
        return results;
    }

    private void makeAndRemove(final TestVm vm, final Vcpu vcpu, final long gpa) {
        // Until the other thread has had a turn too: without it nothing would have raced.
        for (int i = 0; i < ROUNDS || mapped.get() == 0 && errors.isEmpty(); i++) {
            final long hi = RtasVm.buidHigh();
            final long lo = RtasVm.buidLow();
            final long available = call(vm, vcpu, gpa, Rtas.QUERY_PE_DMA_WINDOW, 6, 0, hi, lo)[1];
            assertTrue(available == 0 || available == 1, "available " + available);
            final long[] window = call(vm, vcpu, gpa, Rtas.CREATE_PE_DMA_WINDOW, 4, 0, hi, lo, 16, 24);
            assertTrue(window[0] == 0 || window[0] == -1 || window[0] == -2, "created: " + window[0]);
            if (window[0] == 0) {
                created.incrementAndGet();
                assertEquals((int) SECOND, window[1]);
                assertEquals(START >>> 32, window[2]);
                // The other vCPU may have removed it by now.
                final long status = vcpu.hcall(Hcall.H_PUT_TCE, SECOND, START, 0x1_0003, 0);
                assertTrue(isPossible(status), "put: " + status);
            }
            final long status = call(vm, vcpu, gpa, Rtas.REMOVE_PE_DMA_WINDOW, 1, SECOND)[0];
            assertTrue(status == 0 || status == -3 || status == -2, "removed: " + status);
            removed.addAndGet(status == 0 ? 1 : 0);
        }
    }

    /** H_HARDWARE: each time the call was decided the window was another one. */
    private static boolean isPossible(final long status) {
        return status == H_SUCCESS || status == H_PARAMETER || status == H_HARDWARE;
    }

    private void map(final Vcpu vcpu, final AtomicBoolean stop) {
        for (long i = 0; !stop.get(); i++) {
            final long entry = i & 0xFF;
            final long status = vcpu.hcall(Hcall.H_PUT_TCE, SECOND, START + (entry << 16), (i & 7) << 16 | i & 3, 0);
            assertTrue(isPossible(status), "put: " + status);
            mapped.addAndGet(status == H_SUCCESS ? 1 : 0);
            assertEquals(H_SUCCESS, vcpu.hcall(Hcall.H_PUT_TCE, FIRST, entry << 12, (i & 7) << 12 | i & 3, 0));
        }
    }

    /** A thread that runs a vCPU; whatever happens, nobody waits for the vCPU afterwards. */
    private Thread thread(final Vcpu vcpu, final Runnable work) {
        final Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (final RuntimeException | Error e) {
                errors.add(e);
            } finally {
                vcpu.offline();
            }
        });
        thread.start();
        return thread;
    }

    @ParameterizedTest(name = "{0} groups")
    @ValueSource(ints = {0, 2})
    void shouldKeepEveryWindowWholeWhenVcpusMakeRemoveAndMap(final int groups) throws InterruptedException {
        final PassThroughHost host = new PassThroughHost(groups, SystemNanoClock.INSTANCE);
        final FakeHostMemory hostMemory = new FakeHostMemory(16);
        final ProcessConfig process =
                new ProcessConfig().hostMemory(hostMemory).gracePeriodTimeoutNs(TimeUnit.SECONDS.toNanos(60));
        final List<String> refusals = new ArrayList<>();
        try (TestVm vm = TestVm.threaded(
                new VmConfig().process(process).host(host.iommu()),
                found -> new ReferenceHandler(found, List.of(RtasVm.BRIDGE)))) {
            vm.withMemory(0, GuestMemory.sparse(1 << 20));
            final int kvmFd = vm.vm().createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
            final List<VfioAddressSpace> spaces = new ArrayList<>();
            for (int group = 0; group < groups; group++) {
                final int id = host.groups().get(group).id();
                spaces.add(new VfioAddressSpace(host.vfio(), vm.vm(), kvmFd, List.of(id), 16));
            }
            final DmaWindows windows =
                    new DmaWindows(vm.vm(), List.of(RtasVm.BRIDGE), e -> refusals.add(e.getMessage()));
            spaces.forEach(space -> windows.attach(RtasVm.BRIDGE, space));
            windows.reset(RtasVm.BRIDGE);
            run(vm);
            assertEquals(List.of(), refusals);
            assertEquals(created.get(), removed.get());
            assertTrue(created.get() > 0 && mapped.get() > 0, created + " made, " + mapped + " mapped");
            assertEquals(1, windows.tables().size());
            windows.close();
            spaces.forEach(VfioAddressSpace::close);
            vm.vm().files().close(kvmFd);
        }
        assertEquals(0, hostMemory.pins());
    }

    private void run(final TestVm vm) throws InterruptedException {
        final AtomicBoolean stop = new AtomicBoolean();
        final Vcpu mapping = vm.vcpu();
        final Thread mapper = thread(mapping, () -> map(mapping, stop));
        final List<Thread> makers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            final Vcpu vcpu = vm.vcpu();
            final long gpa = 0x1000L * (i + 1);
            makers.add(thread(vcpu, () -> makeAndRemove(vm, vcpu, gpa)));
        }
        for (final Thread maker : makers) {
            maker.join();
        }
        stop.set(true);
        mapper.join();
        if (!errors.isEmpty()) {
            throw new AssertionError(errors.size() + " threads failed", errors.peek());
        }
    }
}
