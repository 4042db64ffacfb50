package io.vfiotce.tools.trace;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The recordings that come with the tools: Linux 6.1 guests on QEMU 7.2, network and disk I/O.
 *
 * <ul>
 *   <li>{@code e1000-nvme-ddw}: 1 vCPU, 32-bit window mapped per packet, 64-bit window of 16 MiB pages mapped once;
 *   <li>{@code e1000e-nvme-noddw}: 1 vCPU, all devices in the 32-bit window, INDIRECT lists;
 *   <li>{@code multiphb-smp2}: 2 vCPUs, three host bridges, interleaved threads;
 *   <li>{@code vio}: 1 vCPU, virtual network and disk of the VIO bus.
 * </ul>
 */
public final class EmbeddedTraces {
    private static final List<String> NAMES = List.of("e1000-nvme-ddw", "e1000e-nvme-noddw", "multiphb-smp2", "vio");

    private EmbeddedTraces() {}

    /** {@return the names for {@link #load}, sorted} */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Loads a recording.
     *
     * @param name one of {@link #names()}
     * @return the trace
     * @throws IllegalArgumentException if there is none of that name
     * @throws IOException if the resource is missing or damaged
     */
    public static Trace load(final String name) throws IOException {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("no recording '" + name + "', there are " + String.join(", ", NAMES));
        }
        final String resource = "/traces/" + name + ".tcetrace";
        try (InputStream in = EmbeddedTraces.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("resource " + resource + " is missing");
            }
            return BinaryTrace.read(new BufferedInputStream(in));
        } catch (final TraceFormatException e) {
            throw e.inSource(resource);
        }
    }
}
