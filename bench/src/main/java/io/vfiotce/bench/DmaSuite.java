package io.vfiotce.bench;

/** The DMA suite: what a device's accesses cost beside the load itself. */
final class DmaSuite extends Suite {
    private final Row bare = row("bareLoad");
    private final Row hint = row("hintLoad");
    private final Row hardwareHint = row("hardwareHintLoad");
    private final Row bracket = row("bracketLoad");
    private final Row walk = row("walkLoad");
    private final Row hardwareWalk = row("hardwareWalkLoad");
    private final Row inside = row("readInside");
    private final Row across = row("readAcross");

    DmaSuite() {
        add(DmaBenchmark.class, "load64", null, OTHER_FORKS);
    }

    private Row row(final String method) {
        return add(DmaBenchmark.class, method, null, RATIO_FORKS);
    }

    @Override
    boolean isOurs(final Row row) {
        return row != bare;
    }

    @Override
    void printRatios() {
        ratio("hint and load / bare load", hint, bare, 1.6);
        ratio("hint and load, hardware / bare load", hardwareHint, bare, 1.6);
        compare("hint and load between begin and end / bare load", bracket, bare);
        ratio("walk and load / bare load", walk, bare, 4.0);
        ratio("walk and load, hardware / bare load", hardwareWalk, bare, 4.0);
        ratio("64 bytes over a page's end / inside", across, inside, 2.5);
    }
}
