package io.vfiotce.iommu;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import java.util.EnumSet;
import java.util.Set;

/**
 * A simulated partitionable endpoint: what the bridge isolates when a device behind it fails (enhanced error handling).
 *
 * <pre>
 *                 error
 *   normal ─────────────────► stopped (I/O and DMA) ── unfreeze I/O ──► DMA stopped
 *     ▲ ▲ ▲                      │ │                                      │
 *     │ │ └──── enable, open ────┘ │ reset                 unfreeze DMA   │
 *     │ └──────────────────────────┼──────────────────────────────────────┘
 *     └──── deactivate ── reset active
 * </pre>
 *
 * @threads any; every method is synchronized
 * @source Linux arch/powerpc/kernel/eeh.c, struct eeh_pe
 */
public final class EehPe {
    /** Everything works. */
    public static final int STATE_NORMAL = 0;

    /** A reset is active. */
    public static final int STATE_RESET = 1;

    /** I/O and DMA are stopped. */
    public static final int STATE_STOPPED_IO_DMA = 2;

    /** Only DMA is stopped. */
    public static final int STATE_STOPPED_DMA = 4;

    /** The state cannot be told now. */
    public static final int STATE_UNAVAILABLE = 5;

    /** What the platform's firmware may or may not offer. */
    public enum PlatformOp {
        /** Unfreezing. */
        SET_OPTION,
        /** Telling the state. */
        GET_STATE,
        /** Resetting. */
        RESET,
        /** Injecting an error. */
        INJECT_ERROR
    }

    /**
     * An error to inject.
     *
     * @param type 0 for a 32-bit, 1 for a 64-bit bus
     * @param function which access fails, 0 to 19
     * @param address bus address
     * @param mask which bits of the address count
     */
    public record InjectedError(int type, int function, long address, long mask) {}

    private static final int MAX_ERROR_TYPE = 1;
    private static final int MAX_ERROR_FUNCTION = 19;

    private final Set<PlatformOp> platformOps;
    private boolean ioEnabled = true;
    private boolean dmaEnabled = true;
    private boolean resetActive;
    private boolean hostRecovering;
    private int users;
    private int configurations;
    private InjectedError lastError;

    /** Creates an endpoint in normal state on a platform that can do everything. */
    public EehPe() {
        this(EnumSet.allOf(PlatformOp.class));
    }

    /**
     * Creates an endpoint in normal state.
     *
     * @param platformOps what the platform can do
     */
    public EehPe(final Set<PlatformOp> platformOps) {
        this.platformOps = Set.copyOf(platformOps);
    }

    private void require(final PlatformOp op) {
        if (!platformOps.contains(op)) {
            throw new LinuxException(Errno.ENOENT, "the platform has no " + op);
        }
    }

    private void thaw() {
        ioEnabled = true;
        dmaEnabled = true;
    }

    private void freeze() {
        ioEnabled = false;
        dmaEnabled = false;
    }

    /**
     * Passes a device of the endpoint through: it is thawed.
     *
     * @source Linux eeh_dev_open()
     */
    public synchronized void open() {
        users++;
        thaw();
    }

    /**
     * Ends passing a device through: the endpoint is thawed for the host.
     *
     * @throws IllegalStateException if none is passed through
     * @source Linux eeh_dev_release()
     */
    public synchronized void release() {
        if (users == 0) {
            throw new IllegalStateException("no device is passed through");
        }
        users--;
        thaw();
    }

    /** {@return devices that are passed through} */
    public synchronized int users() {
        return users;
    }

    /**
     * Takes the endpoint into use: thaws it if it is frozen.
     *
     * @source Linux eeh_pe_set_option() with EEH_OPT_ENABLE
     */
    public synchronized void enable() {
        thaw();
    }

    /**
     * Lets I/O through again.
     *
     * @throws LinuxException ENOENT if the platform cannot
     */
    public synchronized void unfreezeIo() {
        require(PlatformOp.SET_OPTION);
        ioEnabled = true;
    }

    /**
     * Lets DMA through again.
     *
     * @throws LinuxException ENOENT if the platform cannot
     */
    public synchronized void unfreezeDma() {
        require(PlatformOp.SET_OPTION);
        dmaEnabled = true;
    }

    /**
     * Tells the state.
     *
     * @return one of the states of this class
     * @throws LinuxException ENOENT if the platform cannot
     * @source Linux eeh_pe_get_state()
     */
    public synchronized int state() {
        require(PlatformOp.GET_STATE);
        if (hostRecovering) {
            return STATE_UNAVAILABLE;
        } else if (resetActive) {
            return STATE_RESET;
        } else if (ioEnabled) {
            return dmaEnabled ? STATE_NORMAL : STATE_STOPPED_DMA;
        }
        return dmaEnabled ? STATE_UNAVAILABLE : STATE_STOPPED_IO_DMA;
    }

    /**
     * Starts a reset, hot or fundamental: the endpoint is frozen.
     *
     * @throws LinuxException ENOENT if the platform cannot
     */
    public synchronized void reset() {
        require(PlatformOp.RESET);
        freeze();
        resetActive = true;
    }

    /**
     * Ends a reset: the endpoint works again.
     *
     * @throws LinuxException ENOENT if the platform cannot
     */
    public synchronized void deactivateReset() {
        require(PlatformOp.RESET);
        resetActive = false;
        thaw();
    }

    /** Restores the bridges of the endpoint. */
    public synchronized void configure() {
        configurations++;
    }

    /** {@return how often the bridges were restored} */
    public synchronized int configurations() {
        return configurations;
    }

    /**
     * Makes the device fail: the endpoint is frozen.
     *
     * @param error what fails
     * @throws LinuxException EINVAL for a type or function that does not exist; ENOENT if the platform cannot
     * @source Linux eeh_pe_inject_err()
     */
    public synchronized void inject(final InjectedError error) {
        if (Integer.compareUnsigned(error.type(), MAX_ERROR_TYPE) > 0
                || Integer.compareUnsigned(error.function(), MAX_ERROR_FUNCTION) > 0) {
            throw new LinuxException(Errno.EINVAL, "no such error: " + error);
        }
        require(PlatformOp.INJECT_ERROR);
        lastError = error;
        freeze();
    }

    /** {@return what was injected last, null if nothing was} */
    public synchronized InjectedError lastError() {
        return lastError;
    }

    /**
     * Says whether the host recovers a bridge above the endpoint; its state cannot be told then.
     *
     * @param recovering whether it does
     */
    public synchronized void hostRecovering(final boolean recovering) {
        hostRecovering = recovering;
    }
}
