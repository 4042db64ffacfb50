package io.vfiotce.tools.conform;

/** Which real implementation a vector file was recorded from. */
public enum Profile {
    /** The Linux TCE handlers, in real and in virtual mode. */
    KERNEL("kernel"),
    /** QEMU's userspace handler. */
    QEMU("qemu");

    private final String text;

    Profile(final String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
