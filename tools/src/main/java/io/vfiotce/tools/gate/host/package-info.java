/** The host that measures: what it is, how quiet it is, and which kinds of evidence it can give. */
package io.vfiotce.tools.gate.host;
