/** What the gate is told to do by one file: settings, profiles, limits per row, contracts and waivers. */
package io.vfiotce.tools.gate.config;
