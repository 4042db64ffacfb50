/** What a run of the gate found, and every form in which that is told. */
package io.vfiotce.tools.gate.report;
