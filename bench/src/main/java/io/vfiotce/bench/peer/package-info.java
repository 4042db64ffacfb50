/** What others would write: maps of the JVM, and a program in C that does what a kernel and an emulator do. */
package io.vfiotce.bench.peer;
