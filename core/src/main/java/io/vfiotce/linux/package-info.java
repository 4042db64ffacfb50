/**
 * What the library needs of a Linux process: errno values, file descriptors, the locked-memory account.
 *
 * <p>Cold code: it may allocate, lock and throw.
 */
package io.vfiotce.linux;
