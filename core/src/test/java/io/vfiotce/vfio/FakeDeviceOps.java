package io.vfiotce.vfio;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.UserProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A device of four regions and three interrupt indexes that counts how often it is open. */
final class FakeDeviceOps implements VfioDeviceOps {
    private final AtomicInteger open = new AtomicInteger();
    private final List<Integer> requests = new ArrayList<>();
    private final List<Integer> ioctls = new ArrayList<>();
    private volatile Errno openError;
    private volatile Runnable onOpen = () -> {};
    private volatile IntConsumer onRequest = count -> {};

    int openCount() {
        return open.get();
    }

    List<Integer> requests() {
        return requests;
    }

    List<Integer> ioctls() {
        return ioctls;
    }

    void failsToOpen(final Errno errno) {
        openError = errno;
    }

    void onOpen(final Runnable action) {
        onOpen = action;
    }

    void onRequest(final IntConsumer action) {
        onRequest = action;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void open(final Object data) {
        onOpen.run();
        if (openError != null) {
            throw new VfioException(openError, "planned");
        }
        open.incrementAndGet();
    }

    @Override
    public void release(final Object data) {
        if (open.decrementAndGet() < 0) {
            throw new AssertionError("released more often than opened");
        }
    }

    @Override
    public long ioctl(final Object data, final UserProcess caller, final int request, final IoctlArgument argument) {
        ioctls.add(request);
        switch (request) {
            case VfioRequest.VFIO_DEVICE_GET_INFO -> {
                DeviceInfoLayout.FLAGS.int32(argument, DeviceInfoLayout.FLAG_PCI);
                DeviceInfoLayout.NUM_REGIONS.int32(argument, 4);
                DeviceInfoLayout.NUM_IRQS.int32(argument, 3);
            }
            case VfioRequest.VFIO_DEVICE_GET_REGION_INFO -> {
                final int index = RegionInfoLayout.INDEX.int32(argument);
                RegionInfoLayout.FLAGS.int32(argument, RegionInfoLayout.FLAG_READ);
                RegionInfoLayout.SIZE.int64(argument, 0x1000L << index);
                RegionInfoLayout.OFFSET.int64(argument, (long) index << 40);
            }
            case VfioRequest.VFIO_DEVICE_GET_IRQ_INFO -> {
                IrqInfoLayout.FLAGS.int32(argument, IrqInfoLayout.FLAG_EVENTFD);
                IrqInfoLayout.COUNT.int32(argument, 5 + IrqInfoLayout.INDEX.int32(argument));
            }
            default -> {
                return argument.value();
            }
        }
        return 0;
    }

    @Override
    public long read(final Object data, final IoctlArgument argument, final int bytes, final long position) {
        return bytes;
    }

    @Override
    public void request(final Object data, final int count) {
        requests.add(count);
        onRequest.accept(count);
    }
}
