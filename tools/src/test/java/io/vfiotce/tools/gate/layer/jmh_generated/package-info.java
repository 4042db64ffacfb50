/** What JMH would generate. */
package io.vfiotce.tools.gate.layer.jmh_generated;
