package io.vfiotce.handoff;

import java.util.List;

/**
 * Host bridges that are known in this process.
 *
 * @threads one
 */
public final class BridgeList implements BridgeLookup {
    private final List<HostBridge> bridges;
    private HostBridge found;

    /**
     * Creates a lookup.
     *
     * @param bridges the bridges
     */
    public BridgeList(final List<HostBridge> bridges) {
        this.bridges = List.copyOf(bridges);
    }

    @Override
    public boolean find(final long buid) {
        for (int i = 0; i < bridges.size(); i++) {
            if (bridges.get(i).buid() == buid) {
                found = bridges.get(i);
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean findByLiobn(final long liobn) {
        for (int i = 0; i < bridges.size(); i++) {
            if (bridges.get(i).hasLiobn(liobn)) {
                found = bridges.get(i);
                return true;
            }
        }
        return false;
    }

    @Override
    public long liobn() {
        return found.liobn();
    }

    @Override
    public long secondLiobn() {
        return found.secondLiobn();
    }

    @Override
    public int maxWindows() {
        return found.maxWindows();
    }

    @Override
    public long startBytes() {
        return found.startBytes();
    }

    @Override
    public long sizeBytes() {
        return found.sizeBytes();
    }

    @Override
    public int pageShift() {
        return found.pageShift();
    }

    @Override
    public long secondStartBytes() {
        return found.secondStartBytes();
    }

    @Override
    public long pageSizeMask() {
        return found.pageSizeMask();
    }
}
