/** The reference userspace handler: QEMU's rules for calls that the kernel layers pass on. */
package io.vfiotce.userspace;
