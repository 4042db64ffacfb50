package io.vfiotce.tools.gate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page in a real browser. Run by {@code .ci/gate-page}, which says where Chromium is. */
class PageInBrowserTest {
    private static final String BROWSER = System.getProperty("vfiotce.chromium", "");
    private static final String SCREENSHOTS = System.getProperty("vfiotce.screenshots", "");
    private static final int LEAST_COLOURS = 30;

    /** Pairs of texts, cells and cards that lie on each other; and whether the page is wider than the window. */
    private static final String OVERLAPS = """
            (() => {
              const found = [];
              const hit = (a, b) => a.width && b.width && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
              const check = (elements, kind) => {
                const boxes = [...elements].filter((e) => e.checkVisibility()).map((e) => [e, e.getBoundingClientRect()]);
                boxes.forEach(([e, a], i) => boxes.slice(i + 1).forEach(([f, b]) => {
                  if (hit(a, b)) found.push(kind + ": " + e.textContent + " / " + f.textContent);
                }));
              };
              document.querySelectorAll("svg").forEach((svg) => check(svg.querySelectorAll("text"), "texts"));
              document.querySelectorAll("tr").forEach((row) => check(row.children, "cells"));
              check(document.querySelectorAll("figure, .row > summary"), "boxes");
              document.querySelectorAll(".row, section").forEach((e) => [...e.children].forEach((child) => {
                if (child.getBoundingClientRect().right > innerWidth + 1 && !child.closest("details details"))
                  found.push("beyond the window: " + child.className + " " + child.textContent.slice(0, 60));
              }));
              if (document.documentElement.scrollWidth > innerWidth)
                found.push("the page is " + document.documentElement.scrollWidth + " wide");
              return found.slice(0, 10);
            })()
            """;

    @TempDir
    private static Path dir;

    private static Chromium chromium;

    @BeforeAll
    static void start() throws Exception {
        if (BROWSER.isEmpty()) {
            System.err.println("== page in Chromium left out: run .ci/gate-page");
        }
        Assumptions.assumeFalse(BROWSER.isEmpty(), "page in Chromium left out: run .ci/gate-page");
        chromium = new Chromium(BROWSER, dir.resolve("profile"));
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "every, light, 1400",
        "every, dark, 1400",
        "every, dark, 360",
        "large, light, 1400",
        "large, light, 900",
        "large, light, 360",
        "hostile, light, 1400",
        "hostile, light, 360"
    })
    void shouldShowThePageWithoutComplaintRequestOrOverlap(final String report, final String colours, final int widthPx)
            throws Exception {
        chromium.open(page(report), widthPx, colours, true);
        final BufferedImage closed = screenshot(report + "-" + colours + "-" + widthPx);
        assertLooks(closed, colours);
        assertEquals(List.of(), overlaps());
        chromium.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        assertEquals(List.of(), overlaps());
        if (report.equals("every")) {
            screenshot(report + "-" + colours + "-" + widthPx + "-open");
        }
        assertEquals(List.of(), chromium.complaints());
        assertEquals(List.of(), chromium.requests());
    }

    @Test
    void shouldShowTheSameWhenScriptsAreOff() throws Exception {
        chromium.open(page("every"), 1400, "light", false);
        assertLooks(screenshot("every-light-1400-noscript"), "light");
        assertEquals(List.of(), chromium.complaints());
        assertEquals(List.of(), chromium.requests());
    }

    @Test
    void shouldSortTheTableWhenAHeadingIsPressed() throws Exception {
        chromium.open(page("large"), 1400, "light", true);
        final String first = "document.querySelector('.forest tbody tr [data-name=Effect]').dataset.value * 1";
        final double gravest = chromium.evaluate(first).asDouble();
        chromium.evaluate("document.querySelectorAll('.forest th[data-sort] button')[2].click()");
        final double least = chromium.evaluate(first).asDouble();
        chromium.evaluate("document.querySelectorAll('.forest th[data-sort] button')[2].click()");
        final double most = chromium.evaluate(first).asDouble();
        assertTrue(least < 0 && most >= gravest && most > 0, least + " " + gravest + " " + most);
        assertEquals(List.of(), chromium.complaints());
    }

    @Test
    void shouldFindWhatIsPlanted() throws Exception {
        final Path page = dir.resolve("planted.html");
        Files.writeString(
                page,
                "<img src='http://example.invalid/a.png'><script>console.error('x'); none();</script>"
                        + "<svg><text y='20'>one</text><text y='20'>two</text></svg>");
        chromium.open(page, 400, "dark", true);
        assertEquals(List.of("http://example.invalid/a.png"), chromium.requests());
        assertTrue(chromium.complaints().size() >= 2, chromium.complaints().toString());
        assertEquals(List.of("texts: one / two"), overlaps());
        Files.writeString(page, "<title>empty</title>");
        chromium.open(page, 400, "light", true);
        assertTrue(colours(screenshot("empty")).size() < LEAST_COLOURS);
    }

    private static Path page(final String name) throws Exception {
        final Path page = dir.resolve(name + ".html");
        final GateReport report = switch (name) {
            case "every" -> SampleReports.everyVerdict();
            case "large" -> SampleReports.large(60, 36);
            default -> SampleReports.hostile();
        };
        Files.writeString(page, HtmlReport.write(report));
        return page;
    }

    private static List<String> overlaps() throws Exception {
        final JsonNode found = chromium.evaluate(OVERLAPS);
        assertTrue(found.isArray(), "the check ran");
        final List<String> texts = new ArrayList<>();
        found.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static BufferedImage screenshot(final String name) throws Exception {
        final byte[] png = chromium.screenshot();
        if (!SCREENSHOTS.isEmpty()) {
            Files.createDirectories(Path.of(SCREENSHOTS));
            Files.write(Path.of(SCREENSHOTS, name + ".png"), png);
        }
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static void assertLooks(final BufferedImage image, final String colours) {
        assertFalse(colours(image).size() < LEAST_COLOURS, "the screenshot is empty");
        final int corner = image.getRGB(0, 0);
        final int brightness = (corner >> 16 & 0xff) + (corner >> 8 & 0xff) + (corner & 0xff);
        assertEquals(colours.equals("dark"), brightness < 3 * 128, "the page's ground is " + colours);
    }

    private static Set<Integer> colours(final BufferedImage image) {
        final Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y += 2) {
            for (int x = 0; x < image.getWidth(); x++) {
                colours.add(image.getRGB(x, y));
            }
        }
        return colours;
    }
}
