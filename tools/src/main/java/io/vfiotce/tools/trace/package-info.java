/**
 * Recordings of TCE hypercalls: the in-memory form, the importer of QEMU logs and the binary file form.
 *
 * <p>{@link io.vfiotce.tools.trace.TraceReader} opens any recording. {@link io.vfiotce.tools.trace.Trace} is what a
 * replayer reads: primitive columns, no object per record, each record graded by how much of the original call it
 * carries. This package depends on nothing but the JDK. Errors in a recording are reported as
 * {@link io.vfiotce.tools.trace.TraceFormatException}, with the line or byte they were found at.
 */
package io.vfiotce.tools.trace;
