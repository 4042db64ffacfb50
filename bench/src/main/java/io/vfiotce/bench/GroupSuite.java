package io.vfiotce.bench;

import io.vfiotce.bench.hcall.IndirectBenchmark;
import io.vfiotce.bench.hcall.MapUnmapBenchmark;
import io.vfiotce.bench.hcall.PutBenchmark;
import io.vfiotce.bench.hcall.StuffBenchmark;

/** The group suite: hypercalls that update IOMMU tables of VFIO groups, against the atomic exchanges that they need. */
final class GroupSuite extends Suite {
    private final Row exchange = add(PutBenchmark.class, "exchange", null, RATIO_FORKS);
    private final Row exchanges = add(MapUnmapBenchmark.class, "exchanges", null, RATIO_FORKS);
    private final Row put = add(PutBenchmark.class, "remap", "groups=1", RATIO_FORKS);
    private final Row putTwo = add(PutBenchmark.class, "remap", "groups=2", RATIO_FORKS);
    private final Row mapUnmap = add(MapUnmapBenchmark.class, "mapUnmap", "groups=1", RATIO_FORKS);
    private final Row mapUnmapTwo = add(MapUnmapBenchmark.class, "mapUnmap", "groups=2", RATIO_FORKS);
    private final Row indirect = add(IndirectBenchmark.class, "indirect", "count=512,groups=1", RATIO_FORKS);
    private final Row indirectTwo = add(IndirectBenchmark.class, "indirect", "count=512,groups=2", RATIO_FORKS);

    GroupSuite() {
        add(PutBenchmark.class, "remap", "groups=0", OTHER_FORKS);
        add(StuffBenchmark.class, "stuff", "count=512,groups=1", OTHER_FORKS);
        add(StuffBenchmark.class, "stuff", "count=512,groups=2", OTHER_FORKS);
    }

    @Override
    boolean isOurs(final Row row) {
        return row != exchange && row != exchanges;
    }

    @Override
    void printRatios() {
        ratio("H_PUT_TCE, 1 group / exchange", put, exchange, 2.5);
        ratio("H_PUT_TCE, 2 groups / exchange", putTwo, exchange, 4.0);
        ratio("map and unmap, 1 group / exchange", mapUnmap, exchanges, 2.5);
        ratio("map and unmap, 2 groups / exchange", mapUnmapTwo, exchanges, 4.0);
        ratio("INDIRECT 512 / PUT, 1 group", indirect, put, Machine.WINDOW_PAGES);
        ratio("INDIRECT 512 / PUT, 2 groups", indirectTwo, putTwo, Machine.WINDOW_PAGES);
    }
}
