/**
 * The layers of evidence that hold on any noisy machine: allocation, compiled code, instructions, and ratios within a run.
 */
package io.vfiotce.tools.gate.layer;
