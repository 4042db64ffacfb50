package io.vfiotce.bench.peer;

import io.vfiotce.papr.HStatus;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/** Windows as a JVM user would keep them, with the checks that H_PUT_TCE makes: an array of words by LIOBN. */
final class CheckedWindows {
    private static final long PERMISSIONS = 3;

    private final ConcurrentHashMap<Long, Window> windows = new ConcurrentHashMap<>();
    private final Ram[] ram;

    private record Window(int pageShift, long offsetPages, AtomicLongArray words) {}

    /** A stretch of guest memory. */
    record Ram(long gpa, long sizeBytes) {}

    /**
     * Makes an empty set of windows.
     *
     * @param ram guest memory that TCEs may point to
     */
    CheckedWindows(final Ram... ram) {
        this.ram = ram.clone();
    }

    void add(final long liobn, final int pageShift, final long offsetPages, final int sizePages) {
        windows.put(liobn, new Window(pageShift, offsetPages, new AtomicLongArray(sizePages)));
    }

    /** H_PUT_TCE with a volatile store. */
    long set(final long liobn, final long ioba, final long tce) {
        final Window window = windows.get(liobn);
        final long status = check(window, ioba, tce);
        if (status == HStatus.H_SUCCESS) {
            window.words.set(index(window, ioba), tce);
        }
        return status;
    }

    /** H_PUT_TCE with a release store. */
    long lazySet(final long liobn, final long ioba, final long tce) {
        final Window window = windows.get(liobn);
        final long status = check(window, ioba, tce);
        if (status == HStatus.H_SUCCESS) {
            window.words.lazySet(index(window, ioba), tce);
        }
        return status;
    }

    long get(final long liobn, final long ioba) {
        final Window window = windows.get(liobn);
        return window.words.get(index(window, ioba));
    }

    private static int index(final Window window, final long ioba) {
        return (int) ((ioba >>> window.pageShift) - window.offsetPages);
    }

    private long check(final Window window, final long ioba, final long tce) {
        if (window == null) {
            return HStatus.H_TOO_HARD;
        }
        final long offsetMask = (1L << window.pageShift) - 1;
        final long page = (ioba >>> window.pageShift) - window.offsetPages;
        if ((ioba & offsetMask) != 0 || Long.compareUnsigned(page, window.words.length()) >= 0) {
            return HStatus.H_PARAMETER;
        }
        if ((tce & PERMISSIONS) == 0) {
            return HStatus.H_SUCCESS;
        }
        if ((tce & offsetMask & ~PERMISSIONS) != 0) {
            return HStatus.H_PARAMETER;
        }
        return isRam(tce & ~PERMISSIONS) ? HStatus.H_SUCCESS : HStatus.H_TOO_HARD;
    }

    private boolean isRam(final long gpa) {
        for (final Ram stretch : ram) {
            if (Long.compareUnsigned(gpa - stretch.gpa, stretch.sizeBytes) < 0) {
                return true;
            }
        }
        return false;
    }
}
