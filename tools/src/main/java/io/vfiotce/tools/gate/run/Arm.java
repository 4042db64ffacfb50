package io.vfiotce.tools.gate.run;

import java.util.Locale;

/** The two jars that are compared; their names have one length, for a path's length can shift a stack. */
public enum Arm {
    /** What the head is compared with. */
    BASE,
    /** What is judged. */
    HEAD;

    /** {@return the name in file names and messages} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
