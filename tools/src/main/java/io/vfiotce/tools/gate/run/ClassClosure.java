package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.ClassReader;

/**
 * What each benchmark of a jar can reach inside the jar: rows whose reach is byte-identical in both jars are controls, for
 * they cannot have become slower.
 *
 * <p>Everything that a constant of a class may name is reached: classes, also by their name in a text, their services, and
 * resources. That is more than will run, so a row is rather no control than wrongly one. Only names put together while
 * running escape.
 */
public final class ClassClosure {
    private static final String BENCHMARKS = "META-INF/BenchmarkList";
    private static final String SERVICES = "META-INF/services/";
    private static final String CLASS = ".class";
    private static final int UTF8 = 1;
    private static final Pattern VERSIONED = Pattern.compile("^META-INF/versions/\\d+/");
    private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([\\w$/\\-]+)[;<]");
    /** Class of the benchmark, generated class, method: the beginning of a line, each with its length before it. */
    private static final Pattern LISTED = Pattern.compile("^JMH S \\d+ (\\S+) S \\d+ (\\S+) S \\d+ (\\S+) .*");

    /** Contents by the name they are reached by; a class of a multi-release jar has several. */
    private final Map<String, List<byte[]>> contents = new TreeMap<>();

    private final Map<String, SortedSet<String>> references = new TreeMap<>();
    private final Map<String, String> generated = new TreeMap<>();

    private ClassClosure() {}

    /**
     * Reads a jar.
     *
     * @param jar the jar
     * @return its classes
     * @throws BadInputException if it is no jar
     */
    public static ClassClosure read(final Path jar) {
        final ClassClosure closure = new ClassClosure();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (final ZipEntry entry : zip.stream()
                    .sorted((a, b) -> a.getName().compareTo(b.getName()))
                    .toList()) {
                if (!entry.isDirectory()) {
                    closure.add(entry.getName(), zip.getInputStream(entry).readAllBytes());
                }
            }
        } catch (final IOException e) {
            throw new BadInputException(jar + ": is no jar (" + e.getMessage() + ")");
        }
        return closure;
    }

    /**
     * Says which rows are controls.
     *
     * @param base the base's classes
     * @param head the head's classes
     * @param rows the rows of both
     * @return those that reach the same bytes in both jars
     */
    public static SortedSet<RowName> controls(
            final ClassClosure base, final ClassClosure head, final SortedSet<RowName> rows) {
        final SortedSet<RowName> controls = new TreeSet<>();
        for (final RowName row : rows) {
            final Optional<String> digest = base.digest(row);
            if (digest.isPresent() && digest.equals(head.digest(row))) {
                controls.add(row);
            }
        }
        return controls;
    }

    /**
     * Digests all that a row can reach.
     *
     * @param row the row
     * @return 64 hexadecimal digits; empty if the jar's list of benchmarks does not have the row
     */
    public Optional<String> digest(final RowName row) {
        final String root = generated.get(row.benchmark());
        if (root == null) {
            return Optional.empty();
        }
        final MessageDigest digest = Digests.sha256();
        for (final String name : reachable(root)) {
            digest.update((name + '\n').getBytes(StandardCharsets.UTF_8));
            for (final byte[] bytes : contents.get(name)) {
                digest.update(Digests.sha256().digest(bytes));
            }
        }
        return Optional.of(HexFormat.of().formatHex(digest.digest()));
    }

    private void add(final String path, final byte[] bytes) {
        if (path.equals(BENCHMARKS)) {
            new String(bytes, StandardCharsets.UTF_8).lines().forEach(this::list);
        } else {
            final String plain = VERSIONED.matcher(path).replaceFirst("");
            final String name = plain.endsWith(CLASS) ? plain.substring(0, plain.length() - CLASS.length()) : plain;
            // Of JMH's own lists and the manifest nothing runs.
            if (!name.startsWith("META-INF/") || name.startsWith(SERVICES)) {
                contents.computeIfAbsent(name, n -> new ArrayList<>()).add(bytes);
            }
        }
    }

    private void list(final String line) {
        final Matcher listed = LISTED.matcher(line);
        if (listed.matches()) {
            generated.put(
                    listed.group(1).replace('$', '.') + '.' + listed.group(3),
                    listed.group(2).replace('.', '/'));
        }
    }

    private SortedSet<String> reachable(final String root) {
        final SortedSet<String> reached = new TreeSet<>();
        final Deque<String> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            final String name = open.remove();
            if (contents.containsKey(name) && reached.add(name)) {
                open.addAll(references.computeIfAbsent(name, this::referencesOf));
            }
        }
        return reached;
    }

    private SortedSet<String> referencesOf(final String name) {
        final SortedSet<String> found = new TreeSet<>();
        for (final byte[] bytes : contents.get(name)) {
            if (name.startsWith(SERVICES)) {
                new String(bytes, StandardCharsets.UTF_8)
                        .lines()
                        .forEach(line -> found.add(line.strip().replace('.', '/')));
            } else if (isClass(bytes)) {
                constants(bytes).forEach(text -> addNamed(text, name, found));
                found.add(SERVICES + name.replace('/', '.'));
            }
        }
        found.retainAll(contents.keySet());
        return found;
    }

    private static void addNamed(final String text, final String from, final SortedSet<String> found) {
        found.add(text.replace('.', '/'));
        found.add(text.startsWith("/") ? text.substring(1) : text);
        found.add(from.substring(0, from.lastIndexOf('/') + 1) + text);
        final Matcher matcher = IN_DESCRIPTOR.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
    }

    private static boolean isClass(final byte[] bytes) {
        return bytes.length > 10 && bytes[0] == (byte) 0xCA && bytes[1] == (byte) 0xFE;
    }

    /** All texts of the constant pool: every other constant that names something points to one. */
    private static List<String> constants(final byte[] bytes) {
        final ClassReader reader = new ClassReader(bytes);
        final List<String> texts = new ArrayList<>();
        for (int i = 1; i < reader.getItemCount(); i++) {
            final int offset = reader.getItem(i);
            if (offset > 0 && reader.readByte(offset - 1) == UTF8) {
                texts.add(text(bytes, offset));
            }
        }
        return texts;
    }

    private static String text(final byte[] bytes, final int offset) {
        try {
            return new DataInputStream(new ByteArrayInputStream(bytes, offset, bytes.length - offset)).readUTF();
        } catch (final IOException e) {
            throw new BadInputException("a class has a damaged constant (" + e.getMessage() + ")");
        }
    }
}
