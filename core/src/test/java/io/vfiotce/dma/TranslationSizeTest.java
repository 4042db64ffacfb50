package io.vfiotce.dma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.CodeSizes;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;

/** The path with a hint is inlined, the walk is not: HotSpot inlines no method of more than 325 bytes of bytecode. */
class TranslationSizeTest {
    @Test
    void shouldBeTheOnlyMethodThatIsNeverInlinedWhenItIsTheWalk() throws IOException {
        final Set<String> longMethods = new TreeSet<>();
        CodeSizes.of(new ClassReader(Translation.class.getName())).forEach((method, bytes) -> {
            assertTrue(bytes > 0, method);
            if (bytes > CodeSizes.FREQ_INLINE_SIZE) {
                longMethods.add(method);
            }
        });
        assertEquals(Set.of("walk(JJI)I"), longMethods);
    }
}
