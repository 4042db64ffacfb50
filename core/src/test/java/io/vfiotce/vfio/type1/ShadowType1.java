package io.vfiotce.vfio.type1;

import java.util.Arrays;

/**
 * What a type1 container must do, in the most naive way: one cell per page of a small space, which holds the number of the
 * mapping.
 */
final class ShadowType1 {
    static final int PAGES = 32;

    final int[] mapping = new int[PAGES];
    final int[] uaPage = new int[PAGES];
    private final boolean version2;
    private final int limitPages;
    private int lastNumber;

    ShadowType1(final boolean version2, final int limitPages) {
        this.version2 = version2;
        this.limitPages = limitPages;
    }

    long charged() {
        long pages = 0;
        for (final int number : mapping) {
            pages += number == 0 ? 0 : 1;
        }
        return pages;
    }

    private int mappings() {
        return (int) Arrays.stream(mapping).filter(n -> n != 0).distinct().count();
    }

    long map(final int ua, final int first, final int pages, final int unpinnable) {
        if (pages == 0) {
            return -22;
        }
        for (int page = first; page < first + pages; page++) {
            if (mapping[page] != 0) {
                return -17;
            }
        }
        if (mappings() == TestContainer.MAX_MAPPINGS) {
            return -28;
        }
        if (charged() + pages > limitPages) {
            return -12;
        }
        if (unpinnable >= ua && unpinnable < ua + pages) {
            return -14;
        }
        lastNumber++;
        for (int page = first; page < first + pages; page++) {
            mapping[page] = lastNumber;
            uaPage[page] = ua + page - first;
        }
        return 0;
    }

    /** {@return pages unmapped or a negative errno} */
    long unmap(final int first, final int pages) {
        if (pages == 0) {
            return -22;
        }
        final boolean cutsStart = first > 0 && mapping[first] != 0 && mapping[first - 1] == mapping[first];
        final int end = first + pages;
        final boolean cutsEnd = end < PAGES && mapping[end] != 0 && mapping[end - 1] == mapping[end];
        if (version2 && (cutsStart || cutsEnd)) {
            return -22;
        }
        if (cutsStart) {
            return 0;
        }
        long removed = 0;
        int page = first;
        while (page < end) {
            final int number = mapping[page];
            while (number != 0 && page < PAGES && mapping[page] == number) {
                mapping[page++] = 0;
                removed++;
            }
            page += number == 0 ? 1 : 0;
        }
        return removed;
    }
}
