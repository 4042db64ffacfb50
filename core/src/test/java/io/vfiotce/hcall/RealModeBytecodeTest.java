package io.vfiotce.hcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Real mode contains no bytecode that allocates, locks, throws, divides or leaves for unknown code. */
class RealModeBytecodeTest {
    @Test
    void shouldFindNoForbiddenBytecodeWhenRealModeIsWalked() {
        final BytecodeClosure closure = RealModeBytecode.walk();
        assertEquals(List.of(), closure.violations());
        assertTrue(
                closure.methods()
                        .containsAll(Set.of(
                                "io/vfiotce/hcall/RealMode.putTce(JJJ)J",
                                "io/vfiotce/hcall/HcallChain.hPutTceIndirect(JJJJ)J",
                                "io/vfiotce/hcall/VcpuState.renewCopies()J",
                                "io/vfiotce/memory/Memslots.find(J)I")),
                "the walk stopped early: " + closure.methods());
    }

    @Test
    void shouldUseEveryAllowedCallWhenRealModeIsWalked() {
        final Set<String> unused = new TreeSet<>(RealModeBytecode.ALLOWED_CALLS);
        unused.removeAll(RealModeBytecode.walk().usedCalls());
        assertEquals(Set.of(), unused);
    }

    @Test
    void shouldListEveryClassWhenRealModeTouchesIt() {
        final Set<String> listed =
                RealModeClasses.ALL.stream().map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
        final Set<String> missing = new TreeSet<>(RealModeBytecode.walk().classes());
        missing.removeAll(listed);
        assertEquals(Set.of(), missing, "touched in real mode but not initialized before");
    }

    @Test
    void shouldListOnlyConstantsWhenBytecodeDoesNotTouchAClass() {
        final Set<String> untouched = new TreeSet<>();
        RealModeClasses.ALL.forEach(type -> untouched.add(type.getName()));
        untouched.removeAll(RealModeBytecode.walk().classes());
        // The compiler copies their constants into the users, so no bytecode names them.
        untouched.removeAll(Set.of("io.vfiotce.papr.HStatus", "io.vfiotce.papr.Hcall", "io.vfiotce.papr.Tce"));
        assertEquals(Set.of(), untouched, "listed, but real mode does not touch it");
    }
}
