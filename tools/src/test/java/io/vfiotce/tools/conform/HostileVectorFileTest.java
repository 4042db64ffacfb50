package io.vfiotce.tools.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Malformed, truncated and foreign files: each is refused with its line and what is wrong, in one line. */
class HostileVectorFileTest {
    private static final String WINDOW = "window liobn=80000001 shift=12 offset=0 size=1 -> 0";

    @TempDir
    private Path directory;

    private static VectorFormatException refused(final Path file) {
        final VectorFormatException e = assertThrows(VectorFormatException.class, () -> {
            try (VectorFile vectors = VectorFile.open(file)) {
                while (vectors.next() != null) {
                    // Only the end of the file ends this.
                }
            }
        });
        assertFalse(e.getMessage().contains("\n"));
        assertEquals(file + ": line " + e.line() + ": " + e.what(), e.getMessage());
        return e;
    }

    private void assertRefused(final List<String> lines, final long line, final String what) throws IOException {
        final VectorFormatException e = refused(Vectors.write(directory, lines));
        assertTrue(e.what().contains(what), e.getMessage());
        assertEquals(line, e.line(), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        1 | scenario x hostPageShift=16 | 'x' is not a decimal number
        1 | scenario 99999999999999999999 hostPageShift=16 | is not in 0..
        1 | scenario 0 hostPageShift=14 | neither 12 nor 16
        1 | scenario 0 | the line ends where 'hostPageShift='
        1 | scenario 0 profile=xen ram=1000 | where 'hostPageShift=' should be
        1 | begin 0 | no vector file
        2 | memslot gpa=0 size=0 ua=0 | memslot of 0x0 bytes
        2 | memslot gpa=0 size=ffffffffffff0000 ua=0 | is not in 1..
        2 | memslot gpa=800 size=10000 ua=100000000000 | not aligned
        2 | memslot gpa=ffffffffffff0000 size=20000 ua=0 | wraps
        2 | memslot gpa=0 ua=0 size=10000 | 'ua=0' is where 'size=' should be
        3 | memslot gpa=0 size=10000 ua=0 | overlaps
        3 | window liobn=80000000 shift=c offset=0 size=40 -> 0 | not a decimal number
        3 | window liobn=80000000 shift=4294967308 offset=0 size=40 -> 0 | is not in 0..255
        3 | window liobn=80000000 shift=12 offset=0 size=40 = 0 | where '->' should be
        3 | window liobn=80000000 shift=12 offset=0 size=100000001 -> 0 | too large to compare
        3 | attach liobn=80000000 table=0 shift=12 bytes=40000 levels=1 -> 0 | no window line
        3 | prereg id=0 ua=0 pages=0 -> -12 | region of 0x0 bytes
        3 | prereg id=0 ua=0 pages=400001 -> 0 | longer than 0x4000000000 bytes
        3 | prereg id=0 ua=0 pages=1000000000001 -> 0 | longer than
        3 | prereg id=0 ua=1000 pages=1 -> 0 | not aligned
        3 | prereg id=0 ua=ffffffffffff0000 pages=2 -> 0 | wraps
        4 | attach liobn=80000000 table=0 shift=12 bytes=30000 levels=1 -> 0 | not a power of two
        4 | unreg 0 = 0 | no prereg line
        4 | put 80000000 3000 = 0 rm=9999 | the TCE '=' is not a hexadecimal number
        4 | put 80000000 3000 10000000000000001 = 0 | 1 to 16 hexadecimal digits
        4 | put 80000000 3000 0x1001 = 0 | not a hexadecimal number
        4 | put 80000000 -3000 1001 = 0 | not a hexadecimal number
        4 | put 80000000 3000 1001 = zero | not a decimal number
        4 | put 80000000 3000 1001 = 99999999999 | is not in
        4 | put 80000000 3000 1001 = 0 rm= | '' is not a decimal number
        4 | put 80000000 3000 1001 = 0 rx=0 | where 'rm=' should be
        4 | put 80000000 3000 1001 = 0 rm=0 0 | '0' is too much
        4 | put 80000000 3000 1001 | the line ends where '=' should be
        4 | map 80000000 3000 1001 = 0 | 'map' starts no line of a kernel scenario
        4 | scenario 8 hostPageShift=16 | scenario 7 has no 'end'
        5 | indirect 80000000 4000 2000 2 : 5003 = 0 | 1 words where 2 should be
        5 | indirect 80000000 4000 2000 2 : = 0 | 0 words where 2 should be
        5 | indirect 80000000 4000 2008 2 : 5003 6003 = -4 | 2 words where 0 should be
        5 | indirect 80000000 4000 20000 2 : 5003 6003 = 0 | 2 words where 0 should be
        5 | indirect 80000000 4000 2000 2 : 5003 6003 | ends where a word of the list or '='
        5 | indirect 80000000 4000 2000 2 5003 6003 = 0 | '5003' is where ':' should be
        6 | get 80000000 5000 = 0 | the line ends where the value should be
        6 | get 80000000 5000 = -4 6003 | '6003' is too much
        6 | get 80000000 5000 = 0 6003 rm=0 | 'rm=0' is too much
        6 | locked 2 | only lines of the end state
        8 | guest 80000000 3 0 | the entry is 0
        9 | guest 80000000 3 1001 | listed twice
        9 | locked | the line ends where the locked pages
        9 | mapped 0 0x10 | not a decimal number
        10 | locked 2 | a second 'locked' line
        10 | end now | 'now' is too much
        """)
    void shouldNameLineAndErrorWhenKernelLineIsMalformed(final int number, final String line, final String what)
            throws IOException {
        // A line that only some later one makes wrong is found there.
        final int found = line.startsWith("locked 2") && number == 6 ? 7 : number;
        assertRefused(Vectors.replaced(Vectors.KERNEL_LINES, number, line), found, what);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        4 | prereg id=a ua=100000004000 pages=1 -> -22 | region id=a is there already
        7 | attach liobn=80000000 table=0 shift=12 bytes=8000 levels=1 -> 0 | table=0 of liobn=80000000 is there already
        7 | attach liobn=80000000 table=1 shift=12 bytes=8000 levels=1 = 0 | where '->' should be
        10 | unreg b | the line ends where '='
        10 | unreg c = -16 | no prereg line has the id c
        20 | hw 80000000 0 0 0 0 | the entry is 0
        20 | hw 80000000 0 0 100000004003 | the line ends where the user address
        21 | hw 80000000 0 0 100000005003 100000005000 | listed twice
        25 | mapped a 5 | listed twice
        """)
    void shouldNameLineAndErrorWhenHardwareLineIsMalformed(final int number, final String line, final String what)
            throws IOException {
        assertRefused(Vectors.replaced(Vectors.HARDWARE_LINES, number, line), number, what);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        1 | scenario 0 profile=qemu ram=0 | ram of 0x0 bytes
        1 | scenario 0 profile=qemu ram=10800 | not aligned
        1 | scenario 0 profile=qemu ram=ffffffffffff0000 | is not in 1..
        1 | scenario 0 profile=qemu ram=10000 smp=2 | too much
        2 | window liobn=180000000 shift=12 start=8000 entries=4 | more than 32 bits
        2 | window liobn=80000000 shift=12 start=8800 entries=4 | no window can start
        2 | window liobn=80000000 shift=12 start=8000 entries=0 | no window can start
        2 | window liobn=80000000 shift=99 start=0 entries=4 | no window can start
        2 | window liobn=80000000 shift=12 offset=0 size=40 -> 0 | where 'start=' should be
        3 | window liobn=80000000 shift=12 start=8000 entries=4 | is taken
        3 | put 80000000 8123 1 = 0 rm=0 | 'rm=0' is too much
        3 | memslot gpa=0 size=10000 ua=0 | 'memslot' starts no line of a qemu scenario
        3 | guest 80000000 0 1 | 'guest' starts no line of a qemu scenario
        4 | indirect 80000000 a000 2000 1 : 5003 6003 = 0 | at most 1 can be
        4 | indirect 80000000 a000 2000 201 : 5003 = -4 | at most 0 can be
        4 | indirect 80000000 a000 10000 2 : 0 6003 = 0 | a word of it is not 0
        """)
    void shouldNameLineAndErrorWhenQemuLineIsMalformed(final int number, final String line, final String what)
            throws IOException {
        assertRefused(Vectors.replaced(Vectors.QEMU_LINES, number, line), number, what);
    }

    @Test
    void shouldRefuseWhenLinesAreMissing() throws IOException {
        assertRefused(Vectors.without(Vectors.KERNEL_LINES, 10), 10, "the file ends inside scenario 7");
        assertRefused(Vectors.without(Vectors.KERNEL_LINES, 9), 9, "no 'locked' line");
        assertRefused(List.of(), 1, "the file has no scenario");
        assertRefused(List.of("# only a comment"), 2, "the file has no scenario");
    }

    @Test
    void shouldRefuseWhenFileMixesProfiles() throws IOException {
        final List<String> lines = new ArrayList<>(Vectors.KERNEL_LINES);
        lines.addAll(Vectors.QEMU_LINES);
        assertRefused(lines, 11, "a qemu scenario in a file of kernel scenarios");
    }

    @Test
    void shouldRefuseWhenListHasMoreWordsThanAPage() throws IOException {
        final String words = IntStream.range(0, 513).mapToObj(i -> "3").collect(Collectors.joining(" "));
        assertRefused(
                Vectors.replaced(Vectors.KERNEL_LINES, 5, "indirect 80000000 0 2000 201 : " + words + " = 0"),
                5,
                "more than 512 words");
    }

    @Test
    void shouldRefuseWhenScenarioIsTooLarge() throws IOException {
        final List<String> windows = new ArrayList<>(List.of("scenario 0 hostPageShift=12"));
        windows.addAll(Collections.nCopies(257, WINDOW));
        assertRefused(windows, 258, "more than 256 windows");
        final List<String> slots = new ArrayList<>(List.of("scenario 0 hostPageShift=12"));
        IntStream.rangeClosed(0, 64).forEach(i -> slots.add("memslot gpa=" + i + "0000 size=1000 ua=0"));
        assertRefused(slots, 66, "more than 64 memslots");
        final List<String> tables = new ArrayList<>(List.of("scenario 0 hostPageShift=12", WINDOW));
        IntStream.rangeClosed(0, 1024)
                .forEach(i -> tables.add("attach liobn=80000001 table=" + i + " shift=12 bytes=1000 levels=1 -> 0"));
        assertRefused(tables, 1027, "more than 1024 IOMMU tables");
        final List<String> lines = new ArrayList<>(List.of("scenario 0 hostPageShift=12"));
        lines.addAll(Collections.nCopies((1 << 20) + 1, "get 0 0 = -4"));
        assertRefused(lines, (1 << 20) + 2, "more than 1048576 lines");
    }

    static Stream<Arguments> foreignFiles() {
        return Stream.of(
                Arguments.of(new byte[] {0x7F, 'E', 'L', 'F'}, "byte 0x7f in column 1"),
                Arguments.of(new byte[] {'a', 'b', 0, 'c'}, "byte 0x0 in column 3"),
                Arguments.of("scenario 0 hostPageShift=16\r\n".getBytes(StandardCharsets.US_ASCII), "byte 0xd"),
                Arguments.of("{\"ok\": true}\n".getBytes(StandardCharsets.US_ASCII), "no vector file"),
                Arguments.of(new byte[] {0x1F, (byte) 0x8B}, "gzip header"),
                Arguments.of(new byte[] {0x1F, (byte) 0x8B, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0}, "gzip header"),
                Arguments.of(filled('#', 20_000), "longer than 16384 characters"));
    }

    private static byte[] filled(final char character, final int length) {
        final byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) character);
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("foreignFiles")
    void shouldRefuseInFirstLineWhenFileIsForeign(final byte[] content, final String what) throws IOException {
        final VectorFormatException e = refused(Files.write(directory.resolve("foreign"), content));
        assertEquals(1, e.line());
        assertTrue(e.what().contains(what), e.getMessage());
    }

    @Test
    void shouldRefuseWhenGzipIsTruncatedOrCorrupt() throws IOException {
        final byte[] packed = Files.readAllBytes(Vectors.resource(Vectors.PS16));
        final Path truncated = Files.write(directory.resolve("truncated"), Arrays.copyOf(packed, packed.length / 2));
        assertTrue(refused(truncated).what().contains("truncated"));
        assertTrue(refused(truncated).line() > 1000);
        final Path withoutTrailer = Files.write(directory.resolve("trailer"), Arrays.copyOf(packed, packed.length - 3));
        assertTrue(refused(withoutTrailer).what().contains("truncated"));
        packed[packed.length - 6] ^= 1;
        assertTrue(refused(Files.write(directory.resolve("checksum"), packed))
                .what()
                .contains("corrupt"));
    }

    @Test
    void shouldRefuseWhenTextIsTruncatedAnywhereInsideScenario() throws IOException {
        final byte[] text = String.join("\n", Vectors.KERNEL_LINES).getBytes(StandardCharsets.US_ASCII);
        for (int length = 0; length < text.length; length++) {
            refused(Files.write(directory.resolve("cut"), Arrays.copyOf(text, length)));
        }
    }
}
