/** What the gate found over time: a file to which every run is appended, trends, and an export for other tools. */
package io.vfiotce.tools.gate.history;
