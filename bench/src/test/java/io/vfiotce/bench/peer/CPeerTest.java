package io.vfiotce.bench.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vfiotce.bench.Machine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C peer walks the JVM's addresses, behaves as it should, and its results are read; without a compiler it says so. */
class CPeerTest {
    @TempDir
    static Path directory;

    private static CProgram program;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        final Optional<Path> compiler = CProgram.compiler(System.getenv("PATH"));
        if (compiler.isPresent()) {
            program = CProgram.kept(compiler.get(), directory);
        }
    }

    @Test
    void shouldWalkTheSameAddressesWhenTheSeedIsTheSame() throws IOException, InterruptedException {
        final CProgram peer = builtProgram();
        final List<long[]> streams = peer.run("--streams")
                .lines()
                .map(line -> Arrays.stream(line.split(" "))
                        .skip(1)
                        .mapToLong(Long::parseLong)
                        .toArray())
                .toList();

        assertEquals(8, streams.size());
        assertArrayEquals(Machine.randomIobas(), streams.get(0));
        assertArrayEquals(Machine.randomTces(), streams.get(1));
        assertArrayEquals(permutation(), streams.get(2));
        assertArrayEquals(Machine.randomLiobns(64), streams.get(3));
        final long[] bounds = {1, 3, 1000, (1L << 62) + 1};
        for (int i = 0; i < bounds.length; i++) {
            assertArrayEquals(
                    new SplittableRandom(Machine.SEED)
                            .longs(Machine.PAIRS, 0, bounds[i])
                            .toArray(),
                    streams.get(4 + i),
                    "below " + bounds[i]);
        }
    }

    /** The order in which the rows of the JVM map and unmap pages. */
    private static long[] permutation() {
        final long[] pages = LongStream.range(0, Machine.WINDOW_PAGES).toArray();
        final SplittableRandom random = new SplittableRandom(Machine.SEED);
        for (int i = pages.length - 1; i > 0; i--) {
            final int other = random.nextInt(i + 1);
            final long page = pages[i];
            pages[i] = pages[other];
            pages[other] = page;
        }
        return pages;
    }

    @Test
    void shouldFindNothingWrongWhenTheHandlersAreChecked() throws IOException, InterruptedException {
        assertEquals("", builtProgram().run("--check"));
    }

    @Test
    void shouldWriteTheRowsInTheFormOfJmhWhenThereIsACompiler() throws IOException, InterruptedException {
        builtProgram();
        final Path file = directory.resolve("figures.json");
        CPeer.run(System.getenv("PATH"), file, List.of("c.exchange", "c.fill:bytes=4096"), discard());

        final String json = Files.readString(file);
        assertTrue(json.startsWith("[{\"benchmark\":\"c.exchange\",\"mode\":\"avgt\",\"threads\":1,"), json);
        assertTrue(json.contains("{\"benchmark\":\"c.fill\""), json);
        assertTrue(json.contains("\"params\":{\"bytes\":\"4096\"}"), json);
        assertFalse(PutBand.of("c.exchange", json).isInvalid());
    }

    @Test
    void shouldFailWhenTheRowDoesNotExist() {
        final CProgram peer = builtProgram();
        final IOException e = assertThrows(IOException.class, () -> peer.run("c.none"));
        assertTrue(e.getMessage().endsWith("status 2: no such row: c.none"), e.getMessage());
    }

    @Test
    void shouldSayThatItIsLeftOutWhenThereIsNoCompiler() throws IOException, InterruptedException {
        final ByteArrayOutputStream notes = new ByteArrayOutputStream();
        final Path file = directory.resolve("none.json");
        CPeer.run(directory.toString(), file, List.of(), new PrintStream(notes, true, StandardCharsets.UTF_8));

        assertEquals(CPeer.LEFT_OUT, notes.toString(StandardCharsets.UTF_8).strip());
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldFindTheCompilerWhenItIsOnThePath() throws IOException {
        final Path bin = Files.createDirectory(directory.resolve("bin"));
        final Path gcc = Files.createFile(bin.resolve("gcc"));
        assertEquals(Optional.empty(), CProgram.compiler(bin.toString()));
        assertTrue(gcc.toFile().setExecutable(true));
        assertEquals(Optional.of(gcc), CProgram.compiler("/nonexistent:" + bin));
    }

    @Test
    void shouldNameEverySourceWhenTheJarIsAllThereIs() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/c"))) {
            final List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            assertEquals(
                    names,
                    Stream.concat(CProgram.SOURCES.stream(), CProgram.HEADERS.stream())
                            .sorted()
                            .toList());
        }
    }

    private static CProgram builtProgram() {
        assumeTrue(program != null, "no C compiler");
        return program;
    }

    private static PrintStream discard() {
        return new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
