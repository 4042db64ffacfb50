package io.vfiotce.vfio;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * Waits until nobody uses a device any more whose registration has ended.
 *
 * @threads the one that ends the registration; it waits on the group's lock
 * @source Linux vfio_del_group_dev()
 */
final class DeviceRemoval {
    private static final long REQUEST_INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);
    // The clock may be any, so it is looked at now and then; letting go of the device wakes the waiter at once.
    private static final long LOOK_AT_CLOCK_MS = 10;

    private final VfioDevice device;
    private final VfioGroup group;
    private final NanoClock clock;
    private boolean interrupted;

    DeviceRemoval(final VfioDevice device, final NanoClock clock) {
        this.device = device;
        this.group = device.group();
        this.clock = clock;
    }

    void await() {
        try {
            for (int count = 0; device.tryGet(); count++) {
                try {
                    device.ops().request(device.data(), count);
                } catch (final RuntimeException e) {
                    // A driver that cannot ask changes nothing: its users are waited for all the same.
                    device.countFailedRequest();
                } finally {
                    device.put();
                }
                awaitLastUser();
            }
            awaitEmptyGroupDetached();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void awaitLastUser() {
        final long requestedNs = clock.nanoTime();
        synchronized (group.lock()) {
            while (device.references() > 0 && clock.nanoTime() - requestedNs < REQUEST_INTERVAL_NS) {
                pause(LOOK_AT_CLOCK_MS);
            }
        }
    }

    /** Without devices nobody has a claim on the group; its host may give it to another driver right after this. */
    private void awaitEmptyGroupDetached() {
        synchronized (group.lock()) {
            while (group.devices().isEmpty() && group.container() != null) {
                pause(0);
            }
        }
    }

    private void pause(final long timeoutMs) {
        try {
            group.lock().wait(timeoutMs);
        } catch (final InterruptedException e) {
            interrupted = true;
        }
    }
}
