package io.vfiotce.vfio;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.UserProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** An IOMMU driver that notes every call and fails where a test wants it to. */
final class FakeIommuDriver implements VfioIommuDriverOps {
    /** One container's data. */
    static final class Data {
        private final Set<Integer> attached = new HashSet<>();
        private boolean released;

        synchronized Set<Integer> attached() {
            return Set.copyOf(attached);
        }
    }

    private final String name;
    private final long type;
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger live = new AtomicInteger();
    private volatile long answer = 1;
    private volatile Errno extensionError;
    private volatile Errno openError;
    private volatile int refusedGroup = -1;
    private volatile Runnable onIoctl = () -> {};
    private volatile boolean noting = true;

    FakeIommuDriver(final String name, final long type) {
        this.name = name;
        this.type = type;
    }

    void answers(final long newAnswer) {
        answer = newAnswer;
    }

    void failsToAnswer(final Errno errno) {
        extensionError = errno;
    }

    void failsToOpen(final Errno errno) {
        openError = errno;
    }

    void refuses(final int groupId) {
        refusedGroup = groupId;
    }

    void onIoctl(final Runnable action) {
        onIoctl = action;
    }

    void quiet() {
        noting = false;
    }

    List<String> calls() {
        return List.copyOf(calls);
    }

    void forgetCalls() {
        calls.clear();
    }

    int liveData() {
        return live.get();
    }

    private void note(final String call) {
        if (noting) {
            calls.add(call);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Object open(final long wanted) {
        note("open " + wanted);
        if (openError != null) {
            throw new VfioException(openError, "planned");
        }
        live.incrementAndGet();
        return new Data();
    }

    @Override
    public void release(final Object data) {
        final Data own = (Data) data;
        synchronized (own) {
            if (own.released || !own.attached.isEmpty()) {
                throw new AssertionError("released twice, or with groups " + own.attached);
            }
            own.released = true;
        }
        note("release");
        live.decrementAndGet();
    }

    @Override
    public long ioctl(final Object data, final UserProcess caller, final int request, final IoctlArgument argument) {
        if (request == VfioRequest.VFIO_CHECK_EXTENSION) {
            note((data == null ? "check " : "check with data ") + argument.value());
            if (extensionError != null) {
                throw new VfioException(extensionError, "planned");
            }
            return argument.value() == type ? answer : 0;
        }
        if (data == null || caller == null) {
            throw new AssertionError("ioctl without data or caller");
        }
        onIoctl.run();
        note("ioctl " + Integer.toHexString(request));
        return argument.value();
    }

    @Override
    public void attachGroup(final Object data, final IommuGroup group) {
        if (group.id() == refusedGroup) {
            note("refuse " + group.id());
            throw new VfioException(Errno.EPERM, "planned");
        }
        final Data own = (Data) data;
        synchronized (own) {
            if (own.released || !own.attached.add(group.id())) {
                throw new AssertionError("group " + group.id() + " attached twice, or after release");
            }
        }
        note("attach " + group.id());
    }

    @Override
    public void detachGroup(final Object data, final IommuGroup group) {
        final Data own = (Data) data;
        synchronized (own) {
            if (own.released || !own.attached.remove(group.id())) {
                throw new AssertionError("group " + group.id() + " detached, but was not attached");
            }
        }
        note("detach " + group.id());
    }
}
