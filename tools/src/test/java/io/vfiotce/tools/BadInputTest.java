package io.vfiotce.tools;

import static io.vfiotce.tools.Recordings.PCI;
import static io.vfiotce.tools.Recordings.bytes;
import static io.vfiotce.tools.Recordings.entry;
import static io.vfiotce.tools.Recordings.get;
import static io.vfiotce.tools.Recordings.indirect;
import static io.vfiotce.tools.Recordings.log;
import static io.vfiotce.tools.Recordings.newTable;
import static io.vfiotce.tools.Recordings.put;
import static io.vfiotce.tools.Recordings.stuff;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever is wrong with usage or input: exit code 2 and one line on stderr that says what and where. */
class BadInputTest {
    @TempDir
    private static Path directory;

    /** Rows: the command line, {@code @} standing for the directory of the files; parts of the one line, likewise. */
    private static final List<Arguments> USAGE = List.of(
            row("", "tce: ", "Missing required subcommand", "tce --help"),
            row("frobnicate", "tce: ", "'frobnicate'"),
            row("--frobnicate", "tce: ", "Unknown option: '--frobnicate'"),
            row("run --frobnicate", "tce run: ", "'--frobnicate'", "tce run --help"),
            row("run @/good.log", "tce run: ", "@/good.log"),
            row("run --vcpus 0", "tce run: --vcpus 0 is not in 1..64"),
            row("run --vcpus 65", "--vcpus 65 is not in 1..64"),
            row("run --vcpus two", "'--vcpus'", "'two'"),
            row("run --vcpus 99999999999", "'--vcpus'", "'99999999999'"),
            row("run --vcpus", "'--vcpus'", "Missing"),
            row("run --repeat -1", "--repeat -1 is not in 0..1000000"),
            row("run --repeat 1000001", "--repeat 1000001"),
            row("run --repeat 1 --repeat 2", "'--repeat'"),
            row("run --ram 5", "--ram 5 is not a multiple of 64K"),
            row("run --ram -64K", "--ram -65536"),
            row("run --ram 2T", "--ram 2199023255552", "1T"),
            row("run --ram 99999999999999999G", "'--ram'", "'99999999999999999G'"),
            row("run --ram 1X", "'--ram'", "'1X'"),
            row("run --ram G", "'--ram'", "'G'"),
            row("run --host-page 8K", "--host-page 8192 is neither 4K nor 64K"),
            row("run --host-page big", "'--host-page'", "'big'"),
            row("run --min-real 101", "--min-real 101.0 is not in 0..100"),
            row("run --min-real -0.1", "--min-real -0.1"),
            row("run --min-real NaN", "--min-real NaN"),
            row("run --min-real most", "'--min-real'", "'most'"),
            row("run --groups -1", "tce run: --groups -1 is not in 0..16"),
            row("run --groups 17", "--groups 17 is not in 0..16"),
            row("run --groups all", "'--groups'", "'all'"),
            row("run --groups 0 --shared", "--shared needs groups, and --groups is 0"),
            row("run --shared=maybe", "maybe"),
            row("run --backing-shift 11", "--backing-shift 11 is not in 12..30"),
            row("run --backing-shift 31", "--backing-shift 31 is not in 12..30"),
            row("run --backing-shift 64K", "'--backing-shift'", "'64K'"),
            row("run --ram 1088K --backing-shift 20", "--ram 1114112 is not a multiple", "--backing-shift 20"),
            row("replay @/good.log --groups 17", "tce replay: --groups 17"),
            row("run --json", "'--json'", "Missing"),
            row("run --window 0x80000000=12,0,0x1000", "'--window'"),
            row("replay", "tce replay: ", "'FILE'"),
            row("replay @/good.log --vcpus 0", "tce replay: --vcpus 0"),
            row("replay @/good.log --window", "'--window'"),
            row("replay @/good.log --window foo", "--window 'foo'", "LIOBN=shift,start,bytes"),
            row("replay @/good.log --window 0x80000000=12,0,5", "--window '0x80000000=12,0,5'", "page size"),
            row("replay @/good.log --window 0x80000000=11,0,4096", "--window", "page shift 11"),
            row("replay @/good.log --window 0x80000000=12,1,4096", "--window", "start 0x1"),
            row("replay @/good.log --window 0x80000000=12,0,0", "--window", "0 entries"),
            row("replay @/good.log --window 0xfffffffff=12,0,4096", "--window", "32 bits"),
            row("import", "tce import: ", "'FILE'", "--output"),
            row("import @/good.log", "tce import: ", "'--output=OUT'"),
            row("import @/good.log -o", "'--output'", "OUT"),
            row("import @/good.log @/cut.log -o @/new", "@/cut.log"),
            row("import @/good.log -o @/absent/out", "@/absent/out: cannot be written"),
            row("import @/good.log -o @/good.log/out", "@/good.log/out: cannot be written"),
            row("import @/good.log -o @/full", "@/full: cannot be written"),
            row("import @/good.log -o @/hollow", "tce import: @/hollow: cannot be written"),
            row("import @/good.log -o /", "tce import: ", "'/'", "cannot be written"),
            row("import @/good.log -o=", "tce import: ", "cannot be written"),
            row("import @/absent -o @/new", "@/absent: no such file"),
            row("run --snapshot", "'--snapshot'", "Missing"),
            row("run --snapshot @/full", "tce run: @/full: cannot be written: not a regular file"),
            row("run --snapshot @/many", "tce run: @/many.2: cannot be written: not a regular file"),
            row("run --snapshot @/s --json @/s.3", "tce run: @/s.3: cannot be written", "--json"),
            row("run --snapshot /", "'/': cannot be written"),
            row("replay @/good.log --snapshot @/absent/s", "tce replay: @/absent/s: cannot be written"),
            row("replay @/good.log --snapshot @/good.log", "@/good.log: cannot be written: it is a recording"),
            row("replay @/good.log --snapshot @/s --json @/s", "@/s: cannot be written", "--json"),
            row("dump", "tce dump: ", "'FILE'"),
            row("dump @/a.tcesnap @/b.tcesnap", "tce dump: ", "@/b.tcesnap"),
            row("dump @/good.tcesnap --json", "'--json'", "Missing"),
            row("dump @/good.tcesnap --json @/full", "tce dump: @/full: cannot be written"),
            row("conform @/vectors --json @/full", "tce conform: @/full: cannot be written"),
            row("conform", "tce conform: ", "'FILE'"),
            row("conform --layer nonsense @/good.log", "'--layer'", "'nonsense'"),
            row("run --handler elsewhere", "tce run: ", "'--handler'", "'elsewhere'"),
            row("conform @/vectors --handler elsewhere", "tce conform: ", "'--handler'", "'elsewhere'"),
            row("handler", "tce handler: ", "--dir", "--follow"),
            row("handler --dir @ --follow", "tce handler: ", "--dir", "--follow"),
            row("handler --dir @/absent", "tce handler: directory @/absent is refused: NoSuchFileException"),
            row("handler --dir @/good.log", "tce handler: directory @/good.log is refused: it is not a directory"),
            row("handler --dir @/full", "directory @/full is refused: its mode is ", ", not rwx------"),
            row("handler --dir @/full --idle never", "'--idle'", "'never'"),
            row("demo", "tce demo: ", "Missing required subcommand"),
            row("demo machine", "tce demo: ", "'machine'"),
            row("demo nic @/good.log", "tce demo nic: ", "@/good.log"),
            row("demo nic --seconds 0", "tce demo nic: --seconds 0.0 is not above 0"),
            row("demo nic --seconds NaN", "tce demo nic: --seconds NaN"),
            row("demo nic --seconds long", "'--seconds'", "'long'"),
            row("demo nic --windows 3", "tce demo nic: --windows 3 is neither 1 nor 2"),
            row("demo nic --mode turbo", "tce demo nic: there is no --mode 'turbo', only fast, slow, process and all"),
            row("demo nic --packet 63", "--packet 63 is not in 64..4096"),
            row("demo nic --packet 4097", "--packet 4097 is not in 64..4096"),
            row("demo nic --packet 8193 --pages 2", "--packet 8193 is not in 64..8192"),
            row("demo nic --pages 0", "--pages 0 is not in 1..16"),
            row("demo nic --pages 17", "--pages 17 is not in 1..16"),
            row("demo nic --in-flight 0", "--in-flight 0 is not in 1..256"),
            row("demo nic --in-flight 257", "--in-flight 257 is not in 1..256"),
            row("demo nic --driver-ns -1", "--driver-ns -1 is not in 0..10000000"),
            row("demo nic --device-ns 10000001", "--device-ns 10000001 is not in 0..10000000"),
            row("demo nic --link-mbps -1", "--link-mbps -1 is not in 0..1000000"),
            row("demo nic --damage -1", "--damage -1 is negative"),
            row("demo nic --seed random", "'--seed'", "'random'"),
            row("demo nic --json @/full", "tce demo nic: @/full: cannot be written"),
            row("chaos", "tce chaos: ", "Missing required subcommand"),
            row("chaos monkey", "tce chaos: ", "'monkey'"),
            row("chaos handler", "tce chaos handler: nothing is to be broken", "--kills 100"),
            row("chaos handler --kills -1", "there cannot be -1 faults"),
            row("chaos handler --stops 1000001", "there cannot be 1000001 faults"),
            row("chaos handler --kills 1 --handler-delay-us -1", "cannot rest -1 microseconds"),
            row("chaos handler --kills 1 --handler-delay-us 10001", "only 0 to 10000"),
            row("chaos handler --kills 1 --seed x", "'--seed'", "'x'"),
            row("bench nonsense", "tce bench: ", "'nonsense'"),
            row("bench", "tce bench: ", "not built"),
            row("bench quick more", "'more'"));

    private static final List<Arguments> RECORDINGS = List.of(
            row("replay @/absent", "@/absent: no such file"),
            row("replay @/good.log @/absent", "@/absent: no such file"),
            row("replay @/two\nlines", "/two lines: no such file"),
            row("replay @/top", "@/top: line 1: ", "no window"),
            row("replay @/full", "@/full: not a regular file"),
            row("replay @/empty", "@/empty: ", "empty"),
            row("replay @/blank", "@/blank: ", "no TCE hypercall events found in 3 lines"),
            row("replay @/random", "@/random: line 1: binary data"),
            row("replay @/png", "@/png: byte 0: not a binary trace"),
            row("replay @/elf", "@/elf: line 1: binary data"),
            row("replay @/zip", "@/zip: line 1: binary data"),
            row("replay @/utf16", "@/utf16: line 1: binary data"),
            row("replay @/long", "@/long: line 1: line longer"),
            row("replay @/header.gz", "@/header.gz: ", "gzip header"),
            row("replay @/cut.gz", "@/cut.gz: line ", "gzip data ends"),
            row("replay @/flipped.gz", "@/flipped.gz: line ", "gzip data"),
            row("replay @/cut.log", "@/cut.log: line 3: truncated"),
            row("replay @/cut.tce", "@/cut.tce: byte ", "truncated"),
            row("replay @/header.tce", "@/header.tce: byte 100: truncated"),
            row("replay @/flipped.tce", "@/flipped.tce: byte 168: ", "checksum"),
            row("replay @/foreign.tce", "@/foreign.tce: byte 8: version 2"),
            row("replay @/longer.tce", "@/longer.tce: byte ", "data after the end"),
            row("replay @/good.tce --window 0x80000000=12,0,4096", "@/good.tce: ", "--window is for logs only"),
            row("replay @/vectors", "@/vectors: no TCE hypercall events"),
            row("replay @/outside", "@/outside: line 2: ", "outside the window", "--window 0x80000000="),
            row("replay @/good.log --window 0x80000000=12,0,4096", "@/good.log: line 2: ", "outside the window"),
            row("replay @/gone", "@/gone: line 2: ", "removed at line 1"),
            row("replay @/tce65", "@/tce65: line 1: ", "64 bits"),
            row("replay @/pages", "@/pages: line 1: ", "npages="),
            row("replay @/status", "@/status: line 1: ", "ret="),
            row("replay @/list", "@/list: line 3: ", "list"),
            row("replay @/bridges", "@/bridges: 32 PCI host bridges", "31", "--groups 0"),
            row("replay @/window", "@/window: line 1: ", "page size"),
            row("import @/random -o @/new", "tce import: ", "@/random: line 1: "),
            row("import @/cut.log -o @/new", "@/cut.log: line 3: "),
            row("import @/vectors -o @/new", "@/vectors: "),
            row(
                    "replay @/good.log --repeat=1 --json @/absent/report",
                    "tce replay: @/absent/report: cannot be written"),
            row("replay @/good.log --repeat=1 --json @/hollow", "tce replay: @/hollow: cannot be written"),
            row("replay @/good.log --repeat=1 --json=", "tce replay: ", "cannot be written"));

    private static final List<Arguments> SNAPSHOTS = List.of(
            row("dump @/absent", "tce dump: @/absent: no such file"),
            row("dump @/full", "@/full: not a regular file"),
            row("dump @/empty", "@/empty: byte 0: truncated: it ends in a header"),
            row("dump @/good.log", "@/good.log: byte 0: not a table snapshot: wrong magic"),
            row("dump @/good.tce", "@/good.tce: byte 0: not a table snapshot: wrong magic"),
            row("replay @/good.tcesnap", "@/good.tcesnap: byte 0: not a binary trace"),
            row("dump @/foreign.tcesnap", "@/foreign.tcesnap: byte 8: version 2 of table snapshots is not known"),
            row("dump @/header.tcesnap", "@/header.tcesnap: byte 20: truncated"),
            row("dump @/cut.tcesnap", "@/cut.tcesnap: byte ", "truncated"),
            row("dump @/flipped.tcesnap", "@/flipped.tcesnap: byte 24: the checksum"),
            row("dump @/longer.tcesnap --json -", "@/longer.tcesnap: byte ", "data after the end"));

    /** Of these some of stdout is written before the error is met. */
    private static final List<Arguments> LATE = List.of(
            row("conform @/good.log", "tce conform: @/good.log: line 1: ", "no vector file"),
            row("conform @/good.tce", "tce conform: @/good.tce: line 1: ", "no vector file"),
            row("conform @/absent", "tce conform: @/absent: no such file"),
            row("conform @/full", "tce conform: @/full: is a directory"),
            row("conform @/cutvectors", "tce conform: @/cutvectors: line 3: ", "truncated"),
            row("conform @/cut.gz", "tce conform: @/cut.gz: line 1: "));

    private static Arguments row(final String command, final String... parts) {
        return Arguments.of(command, List.of(parts));
    }

    @BeforeAll
    static void writeRecordings() throws IOException {
        final Path good =
                log(file("good.log"), newTable(PCI), put(PCI, 0x1000, 0x2003, 0), get(PCI, 0x1000, 0, 0x2003));
        final byte[] text = Files.readAllBytes(good);
        assertEquals(0, TceRun.of("import", good, "-o", file("good.tce")).exitCode());
        Files.createDirectory(file("hollow"));
        Files.createDirectory(file("full"));
        Files.createDirectory(file("many.2"));
        Files.createFile(file("full/inside"));
        bytes(file("empty"), new byte[0]);
        log(file("blank"), "", "", "");
        bytes(file("cut.log"), Arrays.copyOf(text, text.length - 8));
        final byte[] random = new byte[5000];
        new Random(1).nextBytes(random);
        random[0] = 0;
        bytes(file("random"), random);
        writeForeign();
        final byte[] zipped = gzip(text);
        bytes(file("header.gz"), Arrays.copyOf(zipped, 5));
        bytes(file("cut.gz"), Arrays.copyOf(zipped, zipped.length / 2));
        bytes(file("flipped.gz"), flipped(zipped, zipped.length - 6));
        final byte[] binary = Files.readAllBytes(file("good.tce"));
        bytes(file("cut.tce"), Arrays.copyOf(binary, binary.length - 10));
        bytes(file("header.tce"), Arrays.copyOf(binary, 100));
        bytes(file("flipped.tce"), flipped(binary, 200));
        bytes(file("longer.tce"), Arrays.copyOf(binary, binary.length + 1));
        binary[8] = 2;
        bytes(file("foreign.tce"), binary);
        writeSnapshots();
        log(file("outside"), newTable(PCI), put(PCI, 0x40000000, 0x2003, 0));
        log(file("gone"), "spapr_iommu_ddw_remove liobn=0x80000001", put(PCI | 1, 0, 0x2003, 0));
        log(file("tce65"), put(PCI, 0, 0, 0).replace("tce=0x", "tce=0x1ffffffffffffffff"));
        log(file("pages"), stuff(PCI, 0x1000, 0, 1, 0).replace("npages=1", "npages=99999999999999"));
        log(file("status"), put(PCI, 0, 0, 0).replace("ret=0", "ret=99999999999999999999"));
        log(file("list"), newTable(PCI), entry(PCI, 0x1000, 0, 0x2003), indirect(PCI, 0x1000, 1, 0x3003, 0));
        // A window whose end is that of the address space; no table can be made for it.
        log(file("top"), Recordings.ddwCreate(PCI | 1, 0x1000, 0x1000, -0x1000), put(PCI | 1, -0x1000, 0x1003, 0));
        log(
                file("bridges"),
                IntStream.range(0, 32)
                        .mapToObj(i -> newTable(PCI | i << 8) + "\n" + put(PCI | i << 8, 0, 0, 0))
                        .toArray(String[]::new));
        log(file("window"), Recordings.ddwCreate(PCI | 1, 0x3000, 0x30000, 0), put(PCI | 1, 0, 0, 0));
    }

    private static void writeSnapshots() throws IOException {
        final Path good = file("good.tcesnap");
        final TceRun run = TceRun.of(
                "replay", file("good.log"), "--repeat", "1", "--min-real", "0", "--snapshot", good, "--json", "-");
        assertEquals(0, run.exitCode(), run.err() + run.out());
        final byte[] bytes = Files.readAllBytes(good);
        bytes(file("cut.tcesnap"), Arrays.copyOf(bytes, bytes.length - 10));
        bytes(file("header.tcesnap"), Arrays.copyOf(bytes, 20));
        bytes(file("flipped.tcesnap"), flipped(bytes, 40));
        bytes(file("longer.tcesnap"), Arrays.copyOf(bytes, bytes.length + 1));
        bytes[9] = 2;
        bytes(file("foreign.tcesnap"), bytes);
    }

    private static void writeForeign() {
        bytes(file("png"), Arrays.copyOf(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0}, 400));
        bytes(file("elf"), Arrays.copyOf(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}, 64));
        bytes(file("zip"), Arrays.copyOf(new byte[] {'P', 'K', 3, 4, 20}, 64));
        bytes(file("utf16"), new byte[] {(byte) 0xff, (byte) 0xfe, 's', 0, 'p', 0, '\n', 0});
        final byte[] line = new byte[1 << 17];
        Arrays.fill(line, (byte) 'x');
        bytes(file("long"), line);
        final String scenario = "scenario 0 hostPageShift=12";
        log(file("vectors"), scenario, "memslot gpa=0 size=1000 ua=10000", "locked 0", "end");
        log(file("cutvectors"), scenario, "memslot gpa=0 size=1000 ua=10000");
    }

    private static Path file(final String name) {
        return directory.resolve(name);
    }

    private static byte[] gzip(final byte[] bytes) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] flipped(final byte[] bytes, final int position) {
        final byte[] copy = bytes.clone();
        copy[position] ^= 0x10;
        return copy;
    }

    private static TceRun refused(final String command, final List<String> parts) {
        final TceRun run = TceRun.of((Object[]) Stream.of(command.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> word.replace("@", directory.toString()))
                .toArray(String[]::new));
        assertEquals(2, run.exitCode(), run.err() + run.out());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().startsWith("tce"), run.err());
        for (final String part : parts) {
            assertTrue(run.err().contains(part.replace("@", directory.toString())), part + " is not in " + run.err());
        }
        assertFalse(run.err().contains("unexpected"), run.err());
        return run;
    }

    @ParameterizedTest(name = "tce {0}")
    @FieldSource({"USAGE", "RECORDINGS", "SNAPSHOTS"})
    void shouldExitTwoWithOneLineOnStderrAndNothingElseWhenInputIsBad(final String command, final List<String> parts)
            throws IOException {
        final List<Path> before = files();
        final TceRun run = refused(command, parts);
        assertEquals("", run.out());
        assertEquals(before, files());
    }

    @ParameterizedTest(name = "tce {0}")
    @FieldSource("LATE")
    void shouldExitTwoWithOneLineOnStderrWhenErrorIsMetLate(final String command, final List<String> parts)
            throws IOException {
        final List<Path> before = files();
        refused(command, parts);
        assertEquals(before, files());
    }

    /** Nothing that is refused leaves a file behind, or takes one away. */
    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.sorted().toList();
        }
    }
}
