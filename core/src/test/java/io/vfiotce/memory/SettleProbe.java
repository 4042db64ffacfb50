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

    private static final int LAST = BYTES / Long.BYTES - 1;
    private static final long MARK = 0x1234_5678_9ABCL;
    private static WordPage page;

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
        page = new OffHeap(Long.MAX_VALUE).allocate(Long.BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final WritableWords words = WritableWords.mapWritable(channel, BYTES);
            words.setWordPlain(LAST, MARK);
            int sound = 0;
            for (int i = 0; i < WARM_UP; i++) {
                copied(words);
                sound += isSound(words) ? 1 : 0;
            }
            System.out.println("sound " + (sound == WARM_UP));
            System.out.println("copied " + (copied(words) == MARK));
            channel.truncate(0);
            System.out.println("kept " + (copied(words) == 0));
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

    /** The word at the end of the file if it is there, else 0, whether the error comes up at once or later. */
    private static long copied(final WritableWords words) {
        long copied = 0;
        try {
            page.setWordPlain(0, 0);
            words.copyIfThere(LAST, page, 0);
            copied = page.wordPlain(0);
            MappedWords.settle();
            return copied;
        } catch (final InternalError e) {
            return copied;
        }
    }

    private static void use(final WritableWords words) {
        words.setWordRelease(0, words.wordAcquire(1));
    }
}
