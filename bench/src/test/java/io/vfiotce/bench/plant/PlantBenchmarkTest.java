package io.vfiotce.bench.plant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vfiotce.bench.Machine;
import java.util.Arrays;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PlantBenchmarkTest {
    @Test
    void shouldPlantNothingWhenTheJarIsAsItWasBuilt() {
        assertEquals(new Plant(Plant.PASS, 0, 1), Plant.read());
        final PlantBenchmark.Objects objects = new PlantBenchmark.Objects();
        final PlantBenchmark.Callees callees = new PlantBenchmark.Callees();
        for (int i = 0; i < 1000; i++) {
            new PlantBenchmark().allocation(objects);
        }
        assertNull(objects.last);
        assertEquals(1, Arrays.stream(callees.turns).distinct().count());
    }

    @Test
    void shouldLoopExactlyMoreWhenASlowdownIsPlanted() {
        final Properties values = new Properties();
        values.setProperty("slowPerMille", "50");
        values.setProperty("allocateEvery", "100");
        values.setProperty("callees", "4");
        assertEquals(new Plant(1050, 100, 4), Plant.of(values));
    }

    @Test
    void shouldMakeAsManyOperationsAsThePassHasWhenItRuns() {
        final PlantBenchmark.Numbers numbers = new PlantBenchmark.Numbers();
        long x = numbers.value;
        for (int i = 0; i < Plant.PASS; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        assertEquals(x, new PlantBenchmark().arithmetic(numbers));

        final PlantBenchmark.Cycle cycle = new PlantBenchmark.Cycle();
        int at = 0;
        for (int i = 0; i < Plant.PASS; i++) {
            at = cycle.next[at];
        }
        assertEquals(at, new PlantBenchmark().memory(cycle));
    }

    @Test
    void shouldWalkThroughAllOfTheMemoryWhenTheCycleIsFollowed() {
        final int[] next = new PlantBenchmark.Cycle().next;
        int steps = 0;
        int at = 0;
        do {
            at = next[at];
            steps++;
        } while (at != 0);
        assertEquals(next.length, steps);
    }

    @Test
    void shouldAskForThePageThatTheLastAnswerNamesWhenHypercallsAreMade() {
        final PlantBenchmark.Quiet vm = new PlantBenchmark.Quiet();
        vm.setup();
        try {
            final PlantBenchmark.Chain chain = new PlantBenchmark.Chain();
            chain.map(vm);
            long value = chain.value;
            for (int i = 0; i < Plant.PASS; i++) {
                final int page = (int) (PlantBenchmark.ioba(value) >>> Machine.PAGE_SHIFT);
                value = PlantBenchmark.mixed(value + Machine.tce(page));
            }
            assertEquals(value, new PlantBenchmark().hypercall(chain, vm));
        } finally {
            vm.tearDown();
        }
    }
}
