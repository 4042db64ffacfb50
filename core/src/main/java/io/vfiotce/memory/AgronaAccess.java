package io.vfiotce.memory;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Checks once, before any off-heap memory is touched, that the JVM was started with the flag that Agrona needs.
 *
 * <p>Without the flag the first use of an Agrona buffer fails with an {@code IllegalAccessError} and every later one
 * with a misleading {@code NoClassDefFoundError}; this check turns both into one sentence.
 */
public final class AgronaAccess {
    private static final String PACKAGE = "jdk.internal.misc";

    private AgronaAccess() {}

    /**
     * Returns if Agrona can work in this JVM.
     *
     * @throws IllegalStateException naming the flag to add to the command line, if it is missing
     */
    public static void require() {
        // A class literal does not initialize the class, so this is safe before the flag is known to be there.
        final Module agrona = UnsafeBuffer.class.getModule();
        if (!Object.class.getModule().isExported(PACKAGE, agrona)) {
            throw new IllegalStateException("vfio-tce needs the JVM flag " + flag(agrona)
                    + " (Agrona's buffers use that package); add it to the java command line.");
        }
    }

    private static String flag(final Module agrona) {
        return "--add-exports java.base/" + PACKAGE + "=" + (agrona.isNamed() ? agrona.getName() : "ALL-UNNAMED");
    }
}
