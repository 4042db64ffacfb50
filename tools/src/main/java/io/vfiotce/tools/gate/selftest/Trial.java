package io.vfiotce.tools.gate.selftest;

import java.util.List;

/** A part of the selftest: what it measures, and what it says of that. */
interface Trial {
    /** Which part. */
    Part part();

    /** What is measured, in order. */
    List<Step> steps();

    /** The figures; called when all steps are done. */
    List<Figure> figures();
}
