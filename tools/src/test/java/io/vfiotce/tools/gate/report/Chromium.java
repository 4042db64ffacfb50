package io.vfiotce.tools.gate.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A headless Chromium with one tab, driven by the DevTools protocol. What the tab logs, throws and requests is kept. */
final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long TIMEOUT_S = 60;
    private static final String LISTENING = "DevTools listening on ";

    private final Process process;
    private final WebSocket socket;
    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private String session;
    private int lastId;

    Chromium(final String binary, final Path profile) throws Exception {
        final ProcessBuilder command = new ProcessBuilder(
                        binary,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        // Whatever a page asks for, nothing leaves the machine.
                        "--host-resolver-rules=MAP * ~NOTFOUND",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        // Its sockets go with the profile.
        command.environment().put("TMPDIR", profile.getParent().toString());
        process = command.start();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(endpoint(process)), new Listener())
                .get(TIMEOUT_S, TimeUnit.SECONDS);
        final String target = call("Target.createTarget", Map.of("url", "about:blank"))
                .path("targetId")
                .asText();
        session = call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .path("sessionId")
                .asText();
        for (final String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", Map.of());
        }
    }

    private static String endpoint(final Process process) throws IOException {
        final BufferedReader errors = process.errorReader();
        for (String line = errors.readLine(); line != null; line = errors.readLine()) {
            if (line.startsWith(LISTENING)) {
                final Thread drain = new Thread(() -> errors.lines().forEach(ignored -> {}));
                drain.setDaemon(true);
                drain.start();
                return line.substring(LISTENING.length());
            }
        }
        throw new IOException("Chromium ended before it listened");
    }

    /** Collects the parts of messages. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(final WebSocket from, final CharSequence data, final boolean last) {
            text.append(data);
            if (last) {
                try {
                    messages.add(JSON.readTree(text.toString()));
                } catch (final IOException e) {
                    throw new IllegalStateException(e);
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    /** Opens a page, as a reader with this window and this taste would see it. */
    void open(final Path page, final int widthPx, final String colours, final boolean scripts) throws Exception {
        complaints.clear();
        requests.clear();
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", widthPx, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        call("Emulation.setScriptExecutionDisabled", Map.of("value", !scripts));
        call("Page.navigate", Map.of("url", page.toUri().toString()));
        JsonNode message;
        do {
            message = next();
        } while (!message.path("method").asText().equals("Page.loadEventFired"));
    }

    /** Value of an expression within the page. */
    JsonNode evaluate(final String expression) throws Exception {
        return call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true))
                .path("result")
                .path("value");
    }

    /** The whole page as PNG. */
    byte[] screenshot() throws Exception {
        return Base64.getDecoder()
                .decode(call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true))
                        .path("data")
                        .asText());
    }

    /** What the page logged or threw since it was opened. */
    List<String> complaints() {
        return complaints;
    }

    /** What the page requested since it was opened, but for the page itself and what it holds. */
    List<String> requests() {
        return requests;
    }

    private JsonNode call(final String method, final Map<String, Object> parameters) throws Exception {
        final ObjectNode request = JSON.createObjectNode().put("id", ++lastId).put("method", method);
        request.set("params", JSON.valueToTree(parameters));
        if (session != null) {
            request.put("sessionId", session);
        }
        socket.sendText(request.toString(), true).get(TIMEOUT_S, TimeUnit.SECONDS);
        while (true) {
            final JsonNode message = next();
            if (message.path("id").asInt() == lastId) {
                if (message.has("error")) {
                    throw new IOException(method + ": " + message.path("error"));
                }
                return message.path("result");
            }
        }
    }

    private JsonNode next() throws Exception {
        final JsonNode message = messages.poll(TIMEOUT_S, TimeUnit.SECONDS);
        if (message == null) {
            throw new IOException("Chromium does not answer");
        }
        final JsonNode parameters = message.path("params");
        switch (message.path("method").asText()) {
            case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded" ->
                complaints.add(parameters.toString());
            case "Network.requestWillBeSent" -> {
                final String url = parameters.path("request").path("url").asText();
                if (!url.equals(parameters.path("documentURL").asText()) && !url.startsWith("data:")) {
                    requests.add(url);
                }
            }
            default -> {}
        }
        return message;
    }

    @Override
    public void close() {
        socket.abort();
        process.destroyForcibly().onExit().join();
    }
}
