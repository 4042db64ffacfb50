package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChangeCountTest {
    private final ChangeCount changes = new ChangeCount();
    private final List<Long> told = new ArrayList<>();

    @Test
    void shouldTellOfEveryChangeAfterItIsCounted() {
        changes.add(() -> told.add(changes.count()));
        changes.changed();
        changes.changed();
        assertEquals(List.of(1L, 2L), told);
    }

    @Test
    void shouldTellNoMoreWhenTheListenerIsRemoved() {
        final ChangeListener listener = () -> told.add(changes.count());
        changes.add(listener);
        changes.add(() -> told.add(-changes.count()));
        changes.changed();
        changes.remove(listener);
        changes.changed();
        assertEquals(List.of(1L, -1L, -2L), told);
    }
}
