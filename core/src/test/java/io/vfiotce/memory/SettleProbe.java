package io.vfiotce.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a file that was cut short, in compiled code; run in a JVM of its own, for that JVM must not die. */
public final class SettleProbe {
    private static final int BYTES = 1 << 16;
    private static final int WARM_UP = 200_000;

    private SettleProbe() {}

    /**
     * Runs.
     *
     * @param arguments the file to use
     * @throws IOException if it cannot be made
     */
    public static void main(final String[] arguments) throws IOException {
        final Path file = Path.of(arguments[0]);
        Files.write(file, new byte[BYTES]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final WritableWords words = WritableWords.mapWritable(channel, BYTES);
            int sound = 0;
            for (int i = 0; i < WARM_UP; i++) {
                sound += isSound(words) ? 1 : 0;
            }
            System.out.println("sound " + (sound == WARM_UP));
            channel.truncate(0);
            System.out.println("sound " + isSound(words));
            System.out.println("sound " + isSound(words));
        }
    }

    /** Whether a load and a store have succeeded by the time that it returns. */
    private static boolean isSound(final WritableWords words) {
        try {
            use(words);
            MappedWords.settle();
            return true;
        } catch (final InternalError e) {
            return false;
        }
    }

    private static void use(final WritableWords words) {
        words.setWordRelease(0, words.wordAcquire(1));
    }
}
