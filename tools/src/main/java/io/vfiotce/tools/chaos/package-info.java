/**
 * {@code tce chaos}: breaks what may break while guests go on, and counts what became of their requests.
 *
 * <p>Reading route: {@link io.vfiotce.tools.chaos.ChaosHandlerCommand} runs one series after the other; a {@code ChaosRig} is a VM
 * with two loaded vCPUs and a handler process; a {@code Fault} breaks something in it; {@code GuestLoad} checks every call against a
 * model, and {@code JournaledPort} notes what the VM did.
 */
package io.vfiotce.tools.chaos;
