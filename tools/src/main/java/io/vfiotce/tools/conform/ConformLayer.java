package io.vfiotce.tools.conform;

/** Which layers of the library the calls are run in. */
public enum ConformLayer {
    /** Those of the recording: real and virtual mode for kernel files, userspace for QEMU files. */
    RECORDED("recorded"),
    /** Virtual mode alone; kernel files only. */
    VIRTUAL("virtual"),
    /** The userspace handler alone; QEMU files only, for which it is the default. */
    USERSPACE("userspace");

    private final String text;

    ConformLayer(final String text) {
        this.text = text;
    }

    /**
     * The layer of a name.
     *
     * @param text as {@link #toString} gives it
     * @return the layer; null if there is none of that name
     */
    public static ConformLayer of(final String text) {
        for (final ConformLayer layer : values()) {
            if (layer.text.equals(text)) {
                return layer;
            }
        }
        return null;
    }

    /** Why files of a profile cannot be run in this layer; null if they can. */
    String refusal(final Profile profile) {
        if (this == VIRTUAL && profile == Profile.QEMU) {
            return "a qemu file is recorded in userspace and cannot be run with --layer virtual";
        }
        if (this == USERSPACE && profile == Profile.KERNEL) {
            return "a kernel file has no userspace outcomes and cannot be run with --layer userspace";
        }
        return null;
    }

    @Override
    public String toString() {
        return text;
    }
}
