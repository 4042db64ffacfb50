package io.vfiotce.hcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.support.ForkedJvm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In a fresh JVM every class that real mode touches is initialized once a vCPU exists. */
class RealModeClassesTest {
    /** A class with an initializer that nothing runs. */
    static final class NeverUsed {
        static final long NOW = System.nanoTime();

        private NeverUsed() {}
    }

    @Test
    void shouldBeInitializedWhenAVcpuIsCreated() {
        final List<String> names = new ArrayList<>(RealModeBytecode.walk().classes());
        final List<String> expected = new ArrayList<>();
        names.forEach(name -> expected.add(name + " ready"));
        // Shows that the probe tells the one from the other.
        names.add(NeverUsed.class.getName());
        expected.add(NeverUsed.class.getName() + " waits");
        assertEquals(expected, ForkedJvm.run(List.of(ForkedJvm.AGRONA_FLAG), InitializationProbe.class, names));
    }
}
