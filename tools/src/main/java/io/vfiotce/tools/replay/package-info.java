/**
 * Replays recordings of real guests through the fast path and the slow path, and compares everything: statuses,
 * translations, final tables, speed.
 */
package io.vfiotce.tools.replay;
