package io.vfiotce.tools.replay;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.handler.FailingHandler;
import io.vfiotce.tools.handler.HandlerProcess;
import io.vfiotce.tools.handler.Handlers;
import io.vfiotce.tools.trace.TraceBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A handler that throws in another process is not overlooked, whatever its calls are compared with. */
@Timeout(60)
class HandlerFailureTest {
    @Test
    void shouldFailAndSaySoWhenTheHandlerThrowsInItsProcess() {
        final ReplayOptions options = new ReplayOptions(1, 1, 0, 16, 0, new PassThroughOptions(0, false, 16));
        final TraceBuilder trace = new TraceBuilder().at(1, 0, 0, 0x80000000L);
        trace.put(0x1000, 0x2003, 0);
        final HandlerProcess process = new HandlerProcess(List.of(FailingHandler.class.getName(), "throw"), line -> {});
        try (Handlers handlers = Handlers.of(process)) {
            final ReplayResult result = new Replay("one call", trace.build(), options, handlers).run();
            assertTrue(
                    result.failures().stream()
                            .anyMatch(line -> line.matches("the handler ended \\d+ calls by throwing")),
                    () -> result.failures().toString());
        }
    }
}
