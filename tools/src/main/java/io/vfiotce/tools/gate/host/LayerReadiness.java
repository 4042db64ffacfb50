package io.vfiotce.tools.gate.host;

import io.vfiotce.tools.gate.report.Layer;

/**
 * What one layer is worth on this host.
 *
 * @param layer the layer
 * @param readiness its worth
 * @param why the reason; empty if it is ready
 */
public record LayerReadiness(Layer layer, Readiness readiness, String why) {}
