package io.vfiotce.hcall;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.CodeSizes;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;

/** What H_PUT_TCE counts with is compiled into it whatever was called before it got hot. */
class VcpuRegionsSizeTest {
    @Test
    void shouldAlwaysBeInlinedWhenItCountsTheUsualWords() throws IOException {
        final Map<String, Integer> sizes = CodeSizes.of(new ClassReader(VcpuRegions.class.getName()));
        for (final String method : new String[] {"countUsual(JI)Z", "addMapped(I)V", "isInRegion(J)Z"}) {
            final int bytes = sizes.get(method);
            assertTrue(
                    bytes > 0 && bytes <= CodeSizes.MAX_INLINE_SIZE, method + " has " + bytes + " bytes of bytecode");
        }
    }
}
