package io.vfiotce;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which package may use which, and who may touch raw memory; planted packages show that each rule can fail. */
class ArchitectureTest {
    private static final String ROOT = "io.vfiotce";
    private static final String PLANTED = "io.vfiotce.planted";
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    private static final JavaClasses BAD = new ClassFileImporter().importPackages(PLANTED);

    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("papr", List.of()),
            Map.entry("linux", List.of()),
            Map.entry("memory", List.of("linux", "papr")),
            Map.entry("tce", List.of("papr", "memory")),
            Map.entry("iommu", List.of("tce", "memory", "linux", "papr")),
            Map.entry("dma", List.of("iommu", "tce", "memory", "linux", "papr")),
            Map.entry("vfio", List.of("iommu", "tce", "memory", "linux", "papr")),
            Map.entry("telemetry", List.of("memory")),
            Map.entry("handoff", List.of("papr", "memory", "telemetry")),
            Map.entry("hcall", List.of("papr", "memory", "tce", "telemetry", "handoff")),
            Map.entry(
                    "kvm",
                    List.of("hcall", "vfio", "dma", "iommu", "handoff", "telemetry", "tce", "memory", "linux", "papr")),
            Map.entry("snapshot", List.of("kvm", "hcall", "handoff", "telemetry", "tce", "memory", "linux", "papr")),
            Map.entry("userspace", List.of("kvm", "vfio", "iommu", "handoff", "tce", "memory", "linux", "papr")));

    /** All that KVM may know of VFIO. */
    private static final Set<String> EXTERNAL_USER_API = Set.of("VfioExternalUser", "VfioGroup", "VfioException");

    /** What reads or writes raw memory. */
    private static final DescribedPredicate<JavaClass> RAW_MEMORY = describe(
            "an Agrona buffer or Unsafe",
            type -> type.getName().equals("org.agrona.UnsafeApi")
                    || type.getName().equals("org.agrona.BufferUtil")
                    || (type.getName().startsWith("org.agrona.")
                            && type.getName().endsWith("Buffer")));

    private static ArchRule direction(final String root, final String name) {
        final List<String> allowed = MAY_USE.get(name);
        final String[] packages = Stream.concat(Stream.of(name), allowed.stream())
                .map(used -> root + '.' + used + "..")
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(root + '.' + name + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(root + "..").and(not(resideInAnyPackage(packages))));
    }

    private static ArchRule rawMemory(final String root) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".memory..")
                // A class literal, and the argument of a raw ioctl.
                .and()
                .doNotHaveFullyQualifiedName(root + ".hcall.RealModeClasses")
                .and()
                .doNotHaveFullyQualifiedName(root + ".dma.DmaContext")
                .and()
                .doNotHaveFullyQualifiedName(root + ".dma.DmaTransfers")
                .and()
                .doNotHaveFullyQualifiedName(root + ".kvm.VmIoctl")
                .and()
                .doNotHaveFullyQualifiedName(root + ".linux.IoctlArgument")
                .and()
                .doNotHaveFullyQualifiedName(root + ".vfio.VfioIoctl")
                .should()
                .dependOnClassesThat(RAW_MEMORY);
    }

    private static ArchRule externalUser(final String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".kvm..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(root + ".vfio..")
                        .and(not(describe(
                                "the external-user API",
                                (JavaClass type) -> EXTERNAL_USER_API.contains(type.getSimpleName())))));
    }

    private static ArchRule cycles(final String root) {
        return slices().matching(root + ".(*)..").should().beFreeOfCycles();
    }

    private static ArchRule internals() {
        return noClasses().should().dependOnClassesThat().resideInAnyPackage("sun.misc..", "jdk.internal..");
    }

    static Set<String> packages() {
        return new TreeSet<>(MAY_USE.keySet());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void shouldUseOnlyWhatIsBelowWhenAPackageDependsOnOthers(final String name) {
        direction(ROOT, name).check(MAIN);
    }

    @Test
    void shouldKnowEveryPackageWhenOneIsAdded() {
        final Set<String> found = new TreeSet<>();
        MAIN.forEach(type ->
                found.add(type.getPackageName().substring(ROOT.length() + 1).replaceFirst("\\..*", "")));
        assertEquals(packages(), found);
    }

    @Test
    void shouldHaveNoCyclesWhenPackagesUseEachOther() {
        cycles(ROOT).check(MAIN);
    }

    @Test
    void shouldTouchRawMemoryOnlyInOnePackageWhenAgronaIsUsed() {
        rawMemory(ROOT).check(MAIN);
        // Some public signatures only pass their buffers on.
        noClasses()
                .that()
                .haveFullyQualifiedName(ROOT + ".vfio.VfioIoctl")
                .or()
                .haveFullyQualifiedName(ROOT + ".dma.DmaContext")
                .or()
                .haveFullyQualifiedName(ROOT + ".dma.DmaTransfers")
                .should()
                .callMethodWhere(target(owner(RAW_MEMORY)))
                .check(MAIN);
        // The other one uses the read-only view of its buffer.
        noClasses()
                .that()
                .haveFullyQualifiedName(ROOT + ".kvm.VmIoctl")
                .should()
                .dependOnClassesThat(RAW_MEMORY.and(not(describe(
                        "DirectBuffer", (JavaClass type) -> type.getSimpleName().equals("DirectBuffer")))))
                .check(MAIN);
    }

    @Test
    void shouldReachVfioOnlyThroughTheExternalUserApiWhenKvmUsesIt() {
        externalUser(ROOT).check(MAIN);
    }

    @Test
    void shouldUseNoInternalClassesWhenTheJdkHasThem() {
        internals().check(MAIN);
        classes().should().resideInAPackage(ROOT + "..").check(MAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"papr", "tce"})
    void shouldFailWhenAPlantedPackageLooksUp(final String name) {
        assertTrue(direction(PLANTED, name).evaluate(BAD).hasViolation());
    }

    @Test
    void shouldFailWhenPlantedPackagesBreakTheOtherRules() {
        assertTrue(cycles(PLANTED).evaluate(BAD).hasViolation());
        assertTrue(rawMemory(PLANTED).evaluate(BAD).hasViolation());
        assertTrue(externalUser(PLANTED).evaluate(BAD).hasViolation());
        assertEquals(false, direction(PLANTED, "memory").evaluate(BAD).hasViolation());
    }
}
