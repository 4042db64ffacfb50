package io.vfiotce.tools.gate.layer;

import java.util.List;
import java.util.Map;

/**
 * The compiled code of one fork.
 *
 * @param methods the watched methods by name, sorted; those that the configuration names are always there, the others if
 *     they were compiled
 * @param required those that must be there and optimised: JMH's loops and what the configuration names
 */
public record ForkShape(Map<String, MethodShape> methods, List<String> required) {}
