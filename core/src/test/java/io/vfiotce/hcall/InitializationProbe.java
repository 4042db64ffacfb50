package io.vfiotce.hcall;

import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.userspace.ReferenceHandler;
import java.lang.reflect.Method;

/** Run in a JVM of its own: creates a vCPU and prints which of the named classes are not initialized then. */
public final class InitializationProbe {
    private InitializationProbe() {}

    /**
     * Creates a vCPU and reports.
     *
     * @param classNames classes to look at
     * @throws ReflectiveOperationException if the JVM has no such classes
     */
    public static void main(final String... classNames) throws ReflectiveOperationException {
        final Vm vm = new Vm(new VmConfig(), ReferenceHandler::new);
        vm.createVcpu();
        final Class<?> unsafeClass = Class.forName("jdk.internal.misc.Unsafe");
        final Object unsafe = unsafeClass.getMethod("getUnsafe").invoke(null);
        final Method shouldBeInitialized = unsafeClass.getMethod("shouldBeInitialized", Class.class);
        for (final String name : classNames) {
            final Class<?> type = Class.forName(name, false, InitializationProbe.class.getClassLoader());
            System.out.println(name + ((boolean) shouldBeInitialized.invoke(unsafe, type) ? " waits" : " ready"));
        }
    }
}
