package io.vfiotce.vfio;

import io.vfiotce.linux.IoctlArgument;

/**
 * What the kernel checks of every read, write and mmap before a file sees it.
 *
 * @source Linux rw_verify_area(), access_ok()
 */
final class FileRange {
    private FileRange() {}

    static void require(final IoctlArgument argument, final int bytes, final long position) {
        if (bytes < 0 || position < 0 || position > Long.MAX_VALUE - bytes) {
            throw VfioException.invalid(bytes + " bytes at " + position + " are not in any file");
        }
        argument.requireBytes(bytes);
    }

    static void requireMappable(final long position, final long bytes) {
        if (bytes <= 0 || position < 0 || position > Long.MAX_VALUE - bytes) {
            throw VfioException.invalid(bytes + " bytes at " + position + " cannot be mapped");
        }
    }
}
