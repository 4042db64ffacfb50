/**
 * Where userspace handlers run: {@code tce handler} is one in a process of its own, {@link io.vfiotce.tools.handler.HandlerProcess}
 * starts and watches it, and {@link io.vfiotce.tools.handler.Handlers} gives every VM its handler, on a thread or over there.
 */
package io.vfiotce.tools.handler;
