/** The gate measured by itself: how often it cries wolf, and what it finds of faults that were planted. */
package io.vfiotce.tools.gate.selftest;
