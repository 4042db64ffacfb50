package io.vfiotce.bench;

import io.vfiotce.bench.hcall.GetBenchmark;
import io.vfiotce.bench.hcall.IndirectBenchmark;
import io.vfiotce.bench.hcall.LayerBenchmark;
import io.vfiotce.bench.hcall.LiobnBenchmark;
import io.vfiotce.bench.hcall.PutBenchmark;
import io.vfiotce.bench.hcall.StuffBenchmark;
import io.vfiotce.bench.peer.MapPeerBenchmark;
import java.util.ArrayList;
import java.util.List;

/** The quick suite: each hypercall on each layer, with the limits and a peer in the same run, in under three minutes. */
final class QuickSuite extends Suite {
    private static final String FULL = "count=512";
    private static final String FULL_NO_GROUP = FULL + ",groups=0";
    // Stuffed words are written again in between, which is not what is asked.
    private static final String CLEAR = "unmap";

    private final Row bareStore = add(PutBenchmark.class, "bareStore", null, RATIO_FORKS);
    private final Row put = add(PutBenchmark.class, "remap", "groups=0", RATIO_FORKS);
    private final Row releaseStores = add(IndirectBenchmark.class, "releaseStores", FULL, RATIO_FORKS);
    private final Row indirect = add(IndirectBenchmark.class, "indirect", FULL_NO_GROUP, RATIO_FORKS);
    private final Row setMemory = add(StuffBenchmark.class, "setMemory", FULL, RATIO_FORKS);
    private final Row stuff = add(StuffBenchmark.class, "stuff", FULL_NO_GROUP, RATIO_FORKS);
    private final Row hotAlone = add(LiobnBenchmark.class, "hot", "tables=1", RATIO_FORKS);
    private final Row hot = add(LiobnBenchmark.class, "hot", "tables=4096", RATIO_FORKS);
    private final Row randomAlone = add(LiobnBenchmark.class, "random", "tables=1", RATIO_FORKS);
    private final Row random = add(LiobnBenchmark.class, "random", "tables=64", RATIO_FORKS);
    private final Row hashMap = add(MapPeerBenchmark.class, "concurrentHashMap", null, OTHER_FORKS);
    private final Row slow = add(LayerBenchmark.class, "putUserspace", null, RATIO_FORKS);

    QuickSuite() {
        add(LayerBenchmark.class, "putByNumber", null, OTHER_FORKS);
        add(LayerBenchmark.class, "putVirtual", null, OTHER_FORKS);
        add(GetBenchmark.class, "get", null, OTHER_FORKS);
        add(LayerBenchmark.class, "getVirtual", null, OTHER_FORKS);
        add(LayerBenchmark.class, "getUserspace", null, OTHER_FORKS);
        add(LayerBenchmark.class, "indirectVirtual", null, OTHER_FORKS);
        add(LayerBenchmark.class, "indirectUserspace", null, OTHER_FORKS);
        add(LayerBenchmark.class, "stuffVirtual", null, OTHER_FORKS);
        add(LayerBenchmark.class, "stuffUserspace", null, OTHER_FORKS);
    }

    @Override
    boolean isOurs(final Row row) {
        return row != hashMap && row != bareStore && row != releaseStores && row != setMemory;
    }

    @Override
    void printRatios() {
        compare("H_PUT_TCE in real mode / hash map", put, hashMap);
        System.out.printf("slow over fast per fork: p10 %s, p50 %s%n", over(slow.forkP10Ns()), over(slow.forkNs()));
        ratio("H_PUT_TCE in real mode / bare store", put, bareStore, 4.0);
        ratio("INDIRECT 512 / release stores", indirect, releaseStores, 3.0);
        ratio("STUFF of 512 zeros / setMemory", stuff.lowerQuartileNs(CLEAR), setMemory.lowerQuartileNs(CLEAR), 1.5);
        ratio("one hot LIOBN among 4,096 / alone", hot, hotAlone, 1.1);
        ratio("random LIOBN among 64 / alone", random, randomAlone, 2.0);
    }

    private String over(final List<Double> slowNs) {
        final List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < slowNs.size(); i++) {
            ratios.add(slowNs.get(i) / put.forkNs().get(i));
        }
        return forks(ratios);
    }
}
