package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Makes jars that differ from another in the resource with what is planted, and in nothing else. */
final class PlantedJar {
    /** The resource in the jar. */
    static final String RESOURCE = "io/vfiotce/bench/plant/plant.properties";

    private PlantedJar() {}

    /**
     * Makes a jar unless it is there.
     *
     * @param jar the jar as it was built
     * @param planted the copy
     * @param plant the values to plant, by name
     * @throws BadInputException if the jar has no rows to plant in, or none of these values, or the copy cannot be written
     */
    static void write(final Path jar, final Path planted, final Map<String, String> plant) {
        if (Files.exists(planted)) {
            return;
        }
        final Path part = planted.resolveSibling(planted.getFileName() + ".part");
        try (ZipFile from = new ZipFile(jar.toFile())) {
            final byte[] values = planted(jar, from, plant);
            try (ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(part))) {
                for (final ZipEntry entry : from.stream().toList()) {
                    final ZipEntry copy = new ZipEntry(entry.getName());
                    copy.setTime(entry.getTime());
                    to.putNextEntry(copy);
                    to.write(entry.getName().equals(RESOURCE) ? values : bytes(from, entry));
                    to.closeEntry();
                }
            }
            // Half a jar of a crash has another name.
            Files.move(part, planted, StandardCopyOption.ATOMIC_MOVE);
        } catch (final IOException e) {
            throw new BadInputException(jar + ": cannot be copied to " + planted + " (" + e.getMessage() + ")");
        }
    }

    private static byte[] planted(final Path jar, final ZipFile from, final Map<String, String> plant)
            throws IOException {
        final ZipEntry entry = from.getEntry(RESOURCE);
        if (entry == null) {
            throw new BadInputException(
                    jar + ": has no rows to plant faults in; the selftest is made for the jar of the module bench");
        }
        final Properties values = new Properties();
        values.load(new StringReader(new String(bytes(from, entry), StandardCharsets.UTF_8)));
        plant.forEach((name, value) -> {
            if (values.setProperty(name, value) == null) {
                throw new BadInputException(jar + ": " + name + " cannot be planted in it");
            }
        });
        final Map<String, String> sorted = new TreeMap<>();
        values.stringPropertyNames().forEach(name -> sorted.put(name, values.getProperty(name)));
        return sorted.entrySet().stream()
                .map(value -> value.getKey() + '=' + value.getValue() + '\n')
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(final ZipFile zip, final ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }
}
