package io.vfiotce.bench;

/** The group suite: hypercalls that update IOMMU tables of VFIO groups, against the atomic exchanges that they need. */
final class GroupSuite extends Suite {
    private final Row exchange = add(GroupBenchmark.class, "exchange", null, RATIO_FORKS);
    private final Row exchangeTwice = add(GroupBenchmark.class, "exchangeTwice", null, RATIO_FORKS);
    private final Row put = add(GroupBenchmark.class, "put", "groups=1", RATIO_FORKS);
    private final Row putTwo = add(GroupBenchmark.class, "put", "groups=2", RATIO_FORKS);
    private final Row mapUnmap = add(GroupBenchmark.class, "mapUnmap", "groups=1", RATIO_FORKS);
    private final Row mapUnmapTwo = add(GroupBenchmark.class, "mapUnmap", "groups=2", RATIO_FORKS);
    private final Row indirect = add(GroupBenchmark.class, "indirect", "groups=1", RATIO_FORKS);
    private final Row indirectTwo = add(GroupBenchmark.class, "indirect", "groups=2", RATIO_FORKS);

    GroupSuite() {
        add(PutTceBenchmark.class, "real", null, OTHER_FORKS);
        add(GroupBenchmark.class, "indirectStuff", "groups=1", OTHER_FORKS);
        add(GroupBenchmark.class, "indirectStuff", "groups=2", OTHER_FORKS);
    }

    @Override
    boolean isOurs(final Row row) {
        return row != exchange && row != exchangeTwice;
    }

    @Override
    void printRatios() {
        ratio("H_PUT_TCE, 1 group / exchange", put, exchange, 2.5);
        ratio("H_PUT_TCE, 2 groups / 2 exchanges", putTwo, exchangeTwice, 2.0);
        ratio("map and unmap, 1 group / exchange", mapUnmap, exchange, 2.5);
        ratio("map and unmap, 2 groups / 2 exchanges", mapUnmapTwo, exchangeTwice, 2.0);
        ratio("INDIRECT 512 per TCE / PUT, 1 group", indirect, put, 1.0);
        ratio("INDIRECT 512 per TCE / PUT, 2 groups", indirectTwo, putTwo, 1.0);
    }
}
