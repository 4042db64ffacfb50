/** The command line {@code tce}: one class per command, and what commands share. */
package io.vfiotce.tools;
