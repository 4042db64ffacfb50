package io.vfiotce.kvm;

import io.vfiotce.userspace.ReferenceHandler;

/** Run in a JVM of its own without Agrona's flag: tries twice to make a VM and prints how that ends. */
public final class MissingFlagProbe {
    private MissingFlagProbe() {}

    /**
     * Tries.
     *
     * @param arguments none
     */
    public static void main(final String... arguments) {
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                System.out.println("made " + new Vm(new VmConfig(), ReferenceHandler::new));
            } catch (final RuntimeException | Error e) {
                System.out.println(e);
            }
        }
    }
}
