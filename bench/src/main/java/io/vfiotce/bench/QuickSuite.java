package io.vfiotce.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The quick suite: each hypercall on each layer, with the limits and peers in the same run, in under three minutes. */
final class QuickSuite extends Suite {
    private final Row bareStore = add(PutTceBenchmark.class, "bareStore", null, RATIO_FORKS);
    private final Row put = add(PutTceBenchmark.class, "real", null, RATIO_FORKS);
    private final Row releaseStores = add(IndirectBenchmark.class, "releaseStores", null, RATIO_FORKS);
    private final Row indirect = add(IndirectBenchmark.class, "real", null, RATIO_FORKS);
    private final Row setMemory = add(StuffBenchmark.class, "setMemory", null, RATIO_FORKS);
    private final Row stuff = add(StuffBenchmark.class, "real", null, RATIO_FORKS);
    private final Row alone = add(LiobnLookupBenchmark.class, "hot", "tables=1", RATIO_FORKS);
    private final Row hot = add(LiobnLookupBenchmark.class, "hot", "tables=4096", RATIO_FORKS);
    private final Row random = add(LiobnLookupBenchmark.class, "random", "tables=64", RATIO_FORKS);
    private final Row hashMap = add(PutTceBenchmark.class, "synchronizedHashMap", null, OTHER_FORKS);
    private final Row slow = add(PutTceBenchmark.class, "userspace", null, RATIO_FORKS);

    QuickSuite() {
        add(PutTceBenchmark.class, "realByNumber", null, OTHER_FORKS);
        add(PutTceBenchmark.class, "virtual", null, OTHER_FORKS);
        add(GetTceBenchmark.class, "real", null, OTHER_FORKS);
        add(GetTceBenchmark.class, "virtual", null, OTHER_FORKS);
        add(GetTceBenchmark.class, "userspace", null, OTHER_FORKS);
        add(IndirectBenchmark.class, "virtual", null, OTHER_FORKS);
        add(IndirectBenchmark.class, "userspace", null, OTHER_FORKS);
        add(StuffBenchmark.class, "virtual", null, OTHER_FORKS);
        add(StuffBenchmark.class, "userspace", null, OTHER_FORKS);
    }

    @Override
    boolean isOurs(final Row row) {
        return row != hashMap && row != bareStore && row != releaseStores && row != setMemory;
    }

    @Override
    void printRatios() {
        System.out.printf(
                Locale.ROOT,
                "H_PUT_TCE in real mode / synchronized HashMap %.2f%n",
                put.lowerQuartileNs() / hashMap.lowerQuartileNs());
        System.out.printf("slow over fast per fork: p10 %s, p50 %s%n", over(slow.forkP10Ns()), over(slow.forkNs()));
        ratio("H_PUT_TCE in real mode / bare store", put, bareStore, 4.0);
        ratio("INDIRECT 512 per TCE / release store", indirect, releaseStores, 3.0);
        ratio("STUFF of 512 zeros / setMemory", stuff, setMemory, 1.5);
        ratio("one hot LIOBN among 4,096 / alone", hot, alone, 1.1);
        ratio("random LIOBN among 64 / alone", random, alone, 2.0);
    }

    private String over(final List<Double> slowNs) {
        final List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < slowNs.size(); i++) {
            ratios.add(slowNs.get(i) / put.forkNs().get(i));
        }
        return forks(ratios);
    }
}
