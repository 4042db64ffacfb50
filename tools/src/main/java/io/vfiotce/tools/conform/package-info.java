/**
 * {@code tce conform}: runs recorded outcomes of the real implementations against the library.
 *
 * <p>Reading route: {@link io.vfiotce.tools.conform.VectorFile} reads one {@link io.vfiotce.tools.conform.Scenario} after
 * the other, {@link io.vfiotce.tools.conform.ConformRunner} runs each on a VM of its own and notes what differs in a
 * {@link io.vfiotce.tools.conform.FileReport}, {@link io.vfiotce.tools.conform.ConformCommand} prints the reports.
 */
package io.vfiotce.tools.conform;
