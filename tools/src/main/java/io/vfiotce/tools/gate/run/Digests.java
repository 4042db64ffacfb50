package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in hexadecimal digits. */
public final class Digests {
    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hex(final MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Digests text.
     *
     * @param text the text, as UTF-8
     * @return 64 hexadecimal digits
     */
    public static String sha256(final String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Digests a file.
     *
     * @param file the file
     * @return 64 hexadecimal digits
     * @throws BadInputException if it cannot be read
     */
    public static String sha256(final Path file) {
        final MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        } catch (final IOException e) {
            throw new BadInputException(
                    file + ": cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        return hex(digest);
    }
}
