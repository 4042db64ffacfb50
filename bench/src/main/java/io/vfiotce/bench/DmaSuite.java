package io.vfiotce.bench;

/** The DMA suite: what a device's accesses cost beside the load itself. */
final class DmaSuite extends Suite {
    private static final String SMALL = "pageShift=12";
    private static final String LARGE = "pageShift=16";

    private final Row bare = row("bareLoad", SMALL);
    private final Row hint = row("hintLoad", SMALL);
    private final Row hardwareHint = row("hardwareHintLoad", SMALL);
    private final Row walk = row("walkLoad", SMALL);
    private final Row hardwareWalk = row("hardwareWalkLoad", SMALL);
    private final Row inside = row("readInside", SMALL);
    private final Row across = row("readAcross", SMALL);
    private final Row bareNext = row("bareNext", SMALL);
    private final Row hintNext = row("hintNext", SMALL);
    private final Row walkNext = row("walkNext", SMALL);
    private final Row largeBare = row("bareLoad", LARGE);
    private final Row largeHint = row("hintLoad", LARGE);
    private final Row largeBareNext = row("bareNext", LARGE);
    private final Row largeHintNext = row("hintNext", LARGE);

    DmaSuite() {
        add(DmaBenchmark.class, "load64", SMALL, OTHER_FORKS);
    }

    private Row row(final String method, final String pages) {
        return add(DmaBenchmark.class, method, pages, RATIO_FORKS);
    }

    @Override
    boolean isOurs(final Row row) {
        return row != bare && row != bareNext && row != largeBare && row != largeBareNext;
    }

    @Override
    void printRatios() {
        compare("next place known late: hint / bare", hintNext, bareNext);
        compare("next place known late: walk / bare", walkNext, bareNext);
        compare("64 KiB pages: hint / bare", largeHint, largeBare);
        compare("the same, next place known late", largeHintNext, largeBareNext);
        ratio("hint and load / bare load", hint, bare, 1.6);
        ratio("hint and load, hardware / bare load", hardwareHint, bare, 1.6);
        ratio("walk and load / bare load", walk, bare, 4.0);
        ratio("walk and load, hardware / bare load", hardwareWalk, bare, 4.0);
        ratio("64 bytes over a page's end / inside", across, inside, 2.5);
    }
}
