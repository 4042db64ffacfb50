package io.vfiotce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page that maps Linux' symbols to ours names each of them once, and everything that it names exists. */
class SeedTest {
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| `([^`]+)` \\|.*\\|");
    private static final String[] STRUCTS = {
        "vfio_device_ops: name open release read write ioctl mmap",
        "vfio_iommu_driver_ops: name owner open release read write ioctl mmap attach_group detach_group",
    };
    private static final String[] FUNCTIONS = {
        "vfio_add_group_dev",
        "vfio_del_group_dev",
        "vfio_device_get_from_dev",
        "vfio_device_put",
        "vfio_device_data",
        "vfio_register_iommu_driver",
        "vfio_unregister_iommu_driver",
        "offsetofend",
        "vfio_group_get_external_user",
        "vfio_group_put_external_user",
        "vfio_external_user_iommu_id",
    };

    private static Map<String, String> rows() {
        try {
            return Files.readAllLines(Path.of("docs/seed.md")).stream()
                    .filter(line -> line.startsWith("| `"))
                    .map(ROW::matcher)
                    .peek(row -> assertTrue(row.matches(), "a row is not in order"))
                    .collect(Collectors.toMap((Matcher row) -> row.group(1), row -> row.group(2)));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Map.Entry<String, String>> entries() {
        return rows().entrySet().stream();
    }

    @Test
    void shouldNameEverySymbolOfTheHeaderWhenRead() {
        final Set<String> symbols = new TreeSet<>(Arrays.asList(FUNCTIONS));
        for (final String struct : STRUCTS) {
            final String name = struct.substring(0, struct.indexOf(':'));
            symbols.add(name);
            for (final String field : struct.substring(struct.indexOf(':') + 2).split(" ")) {
                symbols.add(name + '.' + field);
            }
        }
        assertEquals(symbols, new TreeSet<>(rows().keySet()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("entries")
    void shouldExistWhenARowNamesIt(final Map.Entry<String, String> row) throws ClassNotFoundException {
        final String[] place = row.getValue().split("#");
        final Class<?> type = Class.forName(place[0]);
        if (place.length > 1) {
            assertTrue(
                    Arrays.stream(type.getMethods())
                            .anyMatch(method -> method.getName().equals(place[1])),
                    row.getValue());
        }
    }
}
