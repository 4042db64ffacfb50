/** Recordings of real guests. */
package io.vfiotce.bench.replay;
