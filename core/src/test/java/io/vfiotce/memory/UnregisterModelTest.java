package io.vfiotce.memory;

import static io.vfiotce.memory.UnregisterPrograms.OTHER;
import static io.vfiotce.memory.UnregisterPrograms.REGION;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.TsoModel.Result;
import io.vfiotce.memory.TsoModel.Step;
import io.vfiotce.memory.UnregisterPrograms.Plant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The closing mark and the striped counts: in every interleaving of vCPUs that map and unmap, a container ioctl that does
 * likewise, and one UNREGISTER, no region is freed while an entry points into it, none is left closed, and the counts are
 * exact in the end. Each way to do it with one thing left out fails in some interleaving.
 */
class UnregisterModelTest {
    private final UnregisterPrograms programs = new UnregisterPrograms();
    private final int[] memory = new int[UnregisterPrograms.WORDS];

    private void start(final int entry, final int region) {
        memory[UnregisterPrograms.ENTRIES + entry] = region;
        memory[UnregisterPrograms.STRIPES] += UnregisterPrograms.delta(region, 0);
    }

    private Result explore(final String what, final List<List<Step>> threads) {
        memory[UnregisterPrograms.EPOCH] = 1;
        for (int vcpu = 0; vcpu < UnregisterPrograms.VCPUS; vcpu++) {
            memory[UnregisterPrograms.ANNOUNCED + vcpu] = 1;
        }
        final Result result = TsoModel.explore(
                memory.clone(), UnregisterPrograms.REGISTERS, threads, UnregisterPrograms::isRightAtEnd);
        System.out.println("UnregisterModelTest: " + what + ' ' + programs.plants + ": " + result);
        assertTrue(result.finished() || result.violated(), "the programs never came to their ends");
        return result;
    }

    /** Two vCPUs over two entries of which both point into the region at the start. */
    private Result twoVcpus() {
        start(0, REGION);
        start(1, REGION);
        programs.call(0, 0, REGION);
        programs.call(0, 1, 0);
        programs.offline(0);
        final List<Step> first = programs.take();
        programs.call(1, 0, OTHER);
        programs.call(1, 0, 0);
        programs.call(1, 1, REGION);
        programs.offline(1);
        return explore("two vCPUs", List.of(first, programs.take(), programs.unregister()));
    }

    /** Stripes that mean nothing alone: one vCPU unmaps what the other mapped. */
    private Result crossing() {
        start(0, REGION);
        programs.call(0, 1, REGION);
        programs.call(0, 0, 0);
        programs.offline(0);
        final List<Step> first = programs.take();
        programs.call(1, 1, 0);
        programs.call(1, 0, REGION);
        programs.call(1, 0, 0);
        programs.offline(1);
        return explore("crossing", List.of(first, programs.take(), programs.unregister()));
    }

    /** A vCPU, and an ioctl that maps and unmaps. */
    private Result vcpuAndIoctl() {
        start(0, REGION);
        programs.call(0, 0, 0);
        programs.call(0, 1, REGION);
        programs.call(0, 1, 0);
        programs.offline(0);
        final List<Step> first = programs.take();
        programs.offline(1);
        return explore(
                "a vCPU and an ioctl", List.of(first, programs.take(), programs.ioctl(1), programs.unregister()));
    }

    /** Two writers of one entry. */
    private Result oneEntry() {
        start(0, REGION);
        start(1, REGION);
        programs.call(0, 0, REGION);
        programs.offline(0);
        final List<Step> first = programs.take();
        programs.call(1, 0, OTHER);
        programs.call(1, 0, 0);
        programs.offline(1);
        return explore("one entry, two writers", List.of(first, programs.take(), programs.unregister()));
    }

    @Test
    void shouldBeSafeWhenTwoVcpusMapAndUnmap() {
        assertFalse(twoVcpus().violated());
    }

    @Test
    void shouldBeSafeWhenOneVcpuUnmapsWhatAnotherMapped() {
        assertFalse(crossing().violated());
    }

    @Test
    void shouldBeSafeWhenAnIoctlMapsAndUnmaps() {
        assertFalse(vcpuAndIoctl().violated());
    }

    @Test
    void shouldBeSafeWhenTwoVcpusWriteOneEntry() {
        assertFalse(oneEntry().violated());
    }

    @ParameterizedTest
    @EnumSource
    void shouldFailWhenSomethingIsLeftOut(final Plant plant) {
        programs.plants.add(plant);
        final boolean found = switch (plant) {
            case IOCTL_MAPS_WITHOUT_LOOKING, IOCTL_COUNTS_AFTER_UNLOCKING ->
                vcpuAndIoctl().violated();
            case STAYS_CLOSED_WHEN_BUSY -> twoVcpus().violated();
            default -> crossing().violated();
        };
        assertTrue(found, "the explorer did not find it");
    }
}
