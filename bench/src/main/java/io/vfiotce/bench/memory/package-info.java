/** What windows take of the machine's memory. */
package io.vfiotce.bench.memory;
