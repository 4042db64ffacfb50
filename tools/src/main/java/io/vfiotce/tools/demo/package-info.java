/**
 * {@code tce demo}: machines that embed the library, complete but for the guest's instructions.
 *
 * <p>Reading route: {@link io.vfiotce.tools.demo.NicCommand} runs one mode after the other; a {@code NicMachine} is a VM with two
 * vCPUs and a network card; {@code NicDriver} is what the guest does on a vCPU, {@code NicCard} what the card does on its thread,
 * and {@code NicQueue} what both share.
 */
package io.vfiotce.tools.demo;
