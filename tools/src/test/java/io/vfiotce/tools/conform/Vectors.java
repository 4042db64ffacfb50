package io.vfiotce.tools.conform;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Vector files for tests: the recordings, parts of them, and small ones written by hand. */
final class Vectors {
    static final String PS16 = "kernel-emulated-ps16.txt.gz";
    static final String PS12 = "kernel-emulated-ps12.txt.gz";
    static final String PS16_SEED = "kernel-ps16-seed101.txt.gz";
    static final String PS12_SEED = "kernel-ps12-seed102.txt.gz";
    static final String QEMU = "qemu-hostile-4k.txt.gz";

    /** A scenario that the library runs as recorded, nine lines long. */
    static final List<String> KERNEL_LINES = List.of(
            "scenario 7 hostPageShift=16",
            "memslot gpa=0 size=10000 ua=100000000000",
            "window liobn=80000000 shift=12 offset=0 size=40 -> 0",
            "put 80000000 3000 1001 = 0 rm=9999",
            "indirect 80000000 4000 2000 2 : 5003 6003 = 0 rm=0",
            "get 80000000 5000 = 0 6003",
            "stuff 80000000 4000 0 2 = 0 rm=0",
            "guest 80000000 3 1001",
            "locked 2",
            "end");

    /** A scenario with a region, attached tables of half the window's page size and one that is refused. */
    static final List<String> HARDWARE_LINES = List.of(
            "scenario 8 hostPageShift=12",
            "memslot gpa=0 size=10000 ua=100000000000",
            "prereg id=a ua=100000000000 pages=8 -> 0",
            "prereg id=b ua=100000004000 pages=1 -> -22",
            "window liobn=80000000 shift=13 offset=10 size=4 -> 0",
            "attach liobn=80000000 table=0 shift=12 bytes=8000 levels=2 -> 0",
            "attach liobn=80000000 table=1 shift=12 bytes=8000 levels=1 -> 0",
            "attach liobn=80000000 table=2 shift=14 bytes=8000 levels=1 -> -22",
            "put 80000000 22000 2003 = 0 rm=9999",
            "unreg a = -16",
            "put 80000000 24000 8001 = 9999 rm=9999",
            "put 80000000 22000 0 = 0 rm=0",
            "unreg a = 0",
            "unreg a = -2",
            "put 80000000 20000 2002 = 9999 rm=9999",
            "prereg id=a ua=100000000000 pages=8 -> 0",
            "put 80000000 20000 4002 = 0 rm=0",
            "get 80000000 20000 = 0 4002",
            "guest 80000000 0 4002",
            "hw 80000000 0 0 100000004003 100000004000",
            "hw 80000000 0 1 100000005003 100000005000",
            "hw 80000000 1 0 100000004003 100000004000",
            "hw 80000000 1 1 100000005003 100000005000",
            "mapped a 5",
            "locked a",
            "end");

    /** A scenario of the QEMU profile that the library runs as recorded. */
    static final List<String> QEMU_LINES = List.of(
            "scenario 0 profile=qemu ram=10000",
            "window liobn=80000000 shift=12 start=8000 entries=4",
            "put 80000000 8123 ffff000000000ffb = 0",
            "indirect 80000000 a000 2000 3 : 5003 6003 = -4",
            "get 80000000 bfff = 0 6003",
            "get 80000000 7000 = -4",
            "end");

    private Vectors() {}

    static Path resource(final String name) {
        try {
            return Path.of(Vectors.class.getResource("/vectors/" + name).toURI());
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] unpacked(final String name) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(resource(name)))) {
            return in.readAllBytes();
        }
    }

    /** The first scenarios of a recording, by lines. */
    static List<String> scenarios(final String name, final int count) throws IOException {
        final List<String> lines = new ArrayList<>();
        int left = count;
        for (final String line :
                new String(unpacked(name), StandardCharsets.US_ASCII).lines().toList()) {
            lines.add(line);
            left -= line.equals("end") ? 1 : 0;
            if (left == 0) {
                break;
            }
        }
        return lines;
    }

    /** Lines with one of them replaced; the first is number 1. */
    static List<String> replaced(final List<String> lines, final int number, final String line) {
        final List<String> changed = new ArrayList<>(lines);
        changed.set(number - 1, line);
        return changed;
    }

    /** Lines with one of them left out; the first is number 1. */
    static List<String> without(final List<String> lines, final int number) {
        final List<String> changed = new ArrayList<>(lines);
        changed.remove(number - 1);
        return changed;
    }

    static Path write(final Path directory, final List<String> lines) throws IOException {
        return Files.write(Files.createTempFile(directory, "vectors", ".txt"), lines);
    }
}
