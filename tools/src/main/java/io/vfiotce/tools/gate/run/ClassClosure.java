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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
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
 * <p>Every class that a constant of a class may name is reached, also by its name in a text, and so are its services. Whatever
 * is no class is reached by all rows, for its name is often put together while running: resources, the manifest, and what
 * JMH tells the compiler, where that is not about a class out of reach. Of JMH's list of benchmarks a row reaches its own lines.
 * Classes that these lines or the arguments of the run name, as in {@code -Dimpl=a.B}, are reached too, and with an agent those
 * that the manifest names. That is more than will run, so a row is rather no control than wrongly one. Only classes whose names
 * are put together while running escape.
 */
public final class ClassClosure {
    private static final String BENCHMARKS = "META-INF/BenchmarkList";
    private static final String HINTS = "META-INF/CompilerHints";
    private static final String SERVICES = "META-INF/services/";
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String AGENT = "-javaagent:";
    private static final String CLASS = ".class";
    private static final int UTF8 = 1;
    private static final Pattern VERSIONED = Pattern.compile("^META-INF/versions/\\d+/");
    private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([\\w$/\\-]+)[;<]");
    private static final Pattern NAME = Pattern.compile("[\\p{javaJavaIdentifierPart}./]+");
    /** Class of the benchmark, generated class, method: the beginning of a line, each with its length before it. */
    private static final Pattern LISTED = Pattern.compile("^JMH S \\d+ (\\S+) S \\d+ (\\S+) S \\d+ (\\S+) .*");

    /** Contents by the name they are reached by; a class of a multi-release jar has several. */
    private final Map<String, List<byte[]>> contents = new TreeMap<>();

    private final Map<String, SortedSet<String>> references = new TreeMap<>();
    private final Map<String, String> generated = new TreeMap<>();
    private final Map<String, List<String>> lines = new TreeMap<>();
    private final SortedMap<String, byte[]> others = new TreeMap<>();
    private final SortedSet<String> hints = new TreeSet<>();
    private final SortedSet<String> named = new TreeSet<>();

    private ClassClosure() {}

    /**
     * Reads a jar.
     *
     * @param jar the jar
     * @param args arguments of the run's forks, for the VM and for JMH
     * @return what its rows reach
     * @throws BadInputException if it is no jar
     */
    public static ClassClosure read(final Path jar, final List<String> args) {
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
        args.forEach(arg -> closure.named.addAll(closure.namedIn(arg)));
        if (args.stream().anyMatch(arg -> arg.contains(AGENT))) {
            // Long lines are folded there.
            final byte[] manifest = closure.others.getOrDefault(MANIFEST, new byte[0]);
            closure.named.addAll(closure.namedIn(new String(manifest, StandardCharsets.UTF_8).replaceAll("\\R ", "")));
        }
        return closure;
    }

    /**
     * Says which rows are controls.
     *
     * @param base the base's classes
     * @param head the head's classes
     * @param rows the rows of both
     * @param programs rows that are programs of their own: the class, and then the arguments, which may name others
     * @return those that reach the same bytes in both jars
     */
    public static SortedSet<RowName> controls(
            final ClassClosure base,
            final ClassClosure head,
            final SortedSet<RowName> rows,
            final Map<RowName, List<String>> programs) {
        final SortedSet<RowName> controls = new TreeSet<>();
        for (final RowName row : rows) {
            final Optional<String> digest = base.digest(row, programs);
            if (digest.isPresent() && digest.equals(head.digest(row, programs))) {
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
        return root == null ? Optional.empty() : Optional.of(digest(root, lines.get(row.benchmark())));
    }

    /** A row that is a program of its own reaches what its class does, and what its arguments name. */
    private Optional<String> digest(final RowName row, final Map<RowName, List<String>> programs) {
        final List<String> program = programs.get(row);
        if (program == null) {
            return digest(row);
        }
        final String root = program.get(0).replace('.', '/');
        return contents.containsKey(root)
                ? Optional.of(digest(root, program.subList(1, program.size())))
                : Optional.empty();
    }

    private String digest(final String root, final List<String> listed) {
        final MessageDigest digest = Digests.sha256();
        final Set<String> begin = new TreeSet<>(named);
        begin.add(root);
        listed.forEach(line -> begin.addAll(namedIn(line)));
        final SortedSet<String> reached = reachable(begin);
        for (final String name : reached) {
            contents.get(name).forEach(bytes -> update(digest, name, bytes));
        }
        others.forEach((name, bytes) -> update(digest, name, bytes));
        hints.stream().filter(hint -> concerns(hint, reached)).forEach(hint -> update(digest, HINTS, bytes(hint)));
        listed.forEach(line -> update(digest, BENCHMARKS, bytes(line)));
        return Digests.hex(digest);
    }

    private void add(final String path, final byte[] bytes) {
        if (path.equals(BENCHMARKS)) {
            new String(bytes, StandardCharsets.UTF_8).lines().forEach(this::list);
        } else if (path.equals(HINTS)) {
            new String(bytes, StandardCharsets.UTF_8).lines().forEach(hints::add);
        } else {
            final String plain = VERSIONED.matcher(path).replaceFirst("");
            final String name = plain.endsWith(CLASS) ? plain.substring(0, plain.length() - CLASS.length()) : plain;
            if (isClass(bytes) || name.startsWith(SERVICES)) {
                contents.computeIfAbsent(name, n -> new ArrayList<>()).add(bytes);
            } else {
                others.put(path, bytes);
            }
        }
    }

    private void list(final String line) {
        final Matcher listed = LISTED.matcher(line);
        if (listed.matches()) {
            final String benchmark = listed.group(1).replace('$', '.') + '.' + listed.group(3);
            generated.put(benchmark, listed.group(2).replace('.', '/'));
            lines.computeIfAbsent(benchmark, name -> new ArrayList<>()).add(line);
        }
    }

    /** What a text names, by itself or before a method; there need not be such a class. */
    private SortedSet<String> namedIn(final String text) {
        final SortedSet<String> found = new TreeSet<>();
        final Matcher matcher = NAME.matcher(text);
        while (matcher.find()) {
            String name = matcher.group().replace('.', '/');
            while (!contents.containsKey(name) && name.contains("/")) {
                name = name.substring(0, name.lastIndexOf('/'));
            }
            found.add(name);
        }
        return found;
    }

    private static void update(final MessageDigest digest, final String name, final byte[] bytes) {
        digest.update(bytes(name + '\n'));
        digest.update(Digests.sha256().digest(bytes));
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether a hint, {@code inline,a/B.call}, is about what a row reaches; one about a pattern always is. */
    private boolean concerns(final String hint, final SortedSet<String> reached) {
        final int method = hint.lastIndexOf('.');
        final String type = method < 0 ? hint : hint.substring(hint.indexOf(',') + 1, method);
        return reached.contains(type) || !contents.containsKey(type);
    }

    private SortedSet<String> reachable(final Set<String> begin) {
        final SortedSet<String> reached = new TreeSet<>();
        final Deque<String> open = new ArrayDeque<>(begin);
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
                constants(bytes).forEach(text -> addNamed(text, found));
                found.add(SERVICES + name.replace('/', '.'));
            }
        }
        found.retainAll(contents.keySet());
        return found;
    }

    private static void addNamed(final String text, final SortedSet<String> found) {
        found.add(text.replace('.', '/'));
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
