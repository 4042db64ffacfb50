package io.vfiotce.tools.conform;

import java.util.List;

/**
 * What all files together gave.
 *
 * @param files their reports
 */
record ConformSummary(List<FileReport> files) {
    boolean isOk() {
        return files.stream().allMatch(FileReport::isOk);
    }

    boolean hasErrors() {
        return files.stream().anyMatch(file -> file.error() != null);
    }

    long scenarios() {
        return files.stream().mapToLong(FileReport::scenarios).sum();
    }

    long ops() {
        return files.stream().mapToLong(FileReport::ops).sum();
    }

    long mismatches() {
        return files.stream().mapToLong(FileReport::mismatches).sum();
    }

    long layerDependent() {
        return files.stream().mapToLong(FileReport::layerDependent).sum();
    }
}
