package io.vfiotce.tools.gate.jmh;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a row was measured, as far as its file tells; empty text where an old JMH says nothing.
 *
 * @param jmhVersion version of JMH
 * @param jdkVersion version of the JDK
 * @param vmName name of the virtual machine
 * @param vmVersion its build
 * @param jvmArgs arguments of the forks
 * @param forks forks that were asked for; 0 if JMH ran the row in its own process
 * @param warmupIterations iterations per fork before the measured ones
 * @param iterations measured iterations per fork that were asked for
 * @param batchSize calls per operation of a single shot
 */
public record JmhSetup(
        String jmhVersion,
        String jdkVersion,
        String vmName,
        String vmVersion,
        List<String> jvmArgs,
        int forks,
        int warmupIterations,
        int iterations,
        int batchSize) {
    /** {@return what must be the same in two results that are compared, by name in a fixed order} */
    public Map<String, String> identity() {
        final Map<String, String> identity = new LinkedHashMap<>();
        identity.put("JMH version", jmhVersion);
        identity.put("JDK", jdkVersion);
        identity.put("VM", (vmName + ' ' + vmVersion).strip());
        identity.put("VM arguments", String.join(" ", jvmArgs));
        identity.put("batch size", String.valueOf(batchSize));
        return identity;
    }
}
