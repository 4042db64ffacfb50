package io.vfiotce.tools.gate.selftest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlantedJarTest {
    @TempDir
    private Path temp;

    private static byte[] entry(final Path jar, final String name) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.getInputStream(zip.getEntry(name)).readAllBytes();
        }
    }

    @Test
    void shouldDifferInTheResourceOnlyWhenAFaultIsPlanted() throws IOException {
        final Path jar = FakeGate.jar(temp);
        final Path planted = temp.resolve("planted.jar");
        PlantedJar.write(jar, planted, Map.of("slowPerMille", "50"));
        assertEquals(
                "allocateEvery=0\ncallees=1\nslowPerMille=50\n",
                new String(entry(planted, PlantedJar.RESOURCE), StandardCharsets.UTF_8));
        assertArrayEquals(entry(jar, "a/B.class"), entry(planted, "a/B.class"));
    }

    @Test
    void shouldRefuseWhenAJarHasNoRowsToPlantIn() throws IOException {
        final Path jar = temp.resolve("other.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("a"));
        }
        final Path planted = temp.resolve("planted.jar");
        final BadInputException e =
                assertThrows(BadInputException.class, () -> PlantedJar.write(jar, planted, Map.of()));
        assertTrue(e.getMessage().contains("has no rows to plant faults in"), e.getMessage());
        assertFalse(Files.exists(planted));
    }

    @Test
    void shouldRefuseWhenTheRowsKnowNoSuchFault() throws IOException {
        final Path jar = FakeGate.jar(temp);
        final Path planted = temp.resolve("planted.jar");
        assertThrows(BadInputException.class, () -> PlantedJar.write(jar, planted, Map.of("slow", "50")));
        assertFalse(Files.exists(planted));
    }
}
