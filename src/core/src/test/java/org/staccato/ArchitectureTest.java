package org.staccato;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Closeable;
import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.staccato.format.WeightFile;

/**
 * The packages of the core, from the ground up, and the packages that each may use. No package uses
 * a package above it, or anything outside the JDK.
 */
class ArchitectureTest {
  private static final String MEMORY = "org.staccato.memory";
  private static final String STORAGE = "org.staccato.storage";
  private static final String FORMAT = "org.staccato.format";
  private static final String KERNEL = "org.staccato.kernel";
  private static final String VECTOR_KERNEL = "org.staccato.kernel.vector";
  private static final String NETWORK = "org.staccato.network";
  private static final String EXPORT = "org.staccato.export";
  private static final String JSON = "org.staccato.json";
  private static final String MODEL = "org.staccato.model";
  private static final String RANK = "org.staccato.rank";
  private static final String LIVE = "org.staccato.live";
  private static final String SWAP = "org.staccato.swap";
  private static final String CORE = "org.staccato..";

  /** Annotations that only the compiler reads. */
  private static final String[] COMPILE_TIME = {
    "org.jspecify..", "com.google.errorprone.annotations.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(WeightFile.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void theClassesOfTheCoreAreFound() {
    assertFalse(CLASSES.isEmpty());
  }

  @Test
  void memoryUsesNoOtherPackage() {
    check(onlyUses(MEMORY, MEMORY));
  }

  @Test
  void storageUsesNoOtherPackage() {
    check(onlyUses(STORAGE, STORAGE));
  }

  @Test
  void jsonUsesNoOtherPackage() {
    check(onlyUses(JSON, JSON));
  }

  @Test
  void formatUsesJsonMemoryAndStorage() {
    check(onlyUses(FORMAT, FORMAT, JSON, MEMORY, STORAGE));
  }

  @Test
  void modelUsesFormatAndReadsMemory() {
    check(onlyUses(MODEL, MODEL, FORMAT, JSON, MEMORY));
  }

  @Test
  void kernelUsesMemory() {
    check(onlyUses(KERNEL, KERNEL, MEMORY));
  }

  @Test
  void vectorKernelUsesKernelAndMemory() {
    check(onlyUses(VECTOR_KERNEL, VECTOR_KERNEL, KERNEL, MEMORY));
  }

  @Test
  void nothingNamesTheVectorKernel() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(VECTOR_KERNEL)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(VECTOR_KERNEL));
  }

  @Test
  void networkUsesModelKernelAndFormat() {
    check(onlyUses(NETWORK, NETWORK, MODEL, KERNEL, FORMAT, MEMORY));
  }

  @Test
  void exportUsesNetwork() {
    check(onlyUses(EXPORT, EXPORT, NETWORK, MODEL, KERNEL, FORMAT, JSON, MEMORY));
  }

  @Test
  void onlyToolsUseExport() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(EXPORT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(EXPORT));
  }

  @Test
  void aNetworkReadsAndWritesNoFile() {
    check(
        noClasses()
            .that()
            .resideInAPackage(NETWORK)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                    "java.io..", "java.nio.file..", "java.nio.channels..", "java.math..")));
  }

  @Test
  void rankUsesNetworkAndMemory() {
    check(onlyUses(RANK, RANK, NETWORK, MEMORY));
  }

  @Test
  void liveUsesModelAndFormat() {
    check(onlyUses(LIVE, LIVE, MODEL, FORMAT));
  }

  @Test
  void swapUsesLiveAndNetwork() {
    check(onlyUses(SWAP, SWAP, LIVE, NETWORK, MODEL, KERNEL, FORMAT, MEMORY));
  }

  @Test
  void theCoreUsesTheJdkOnly() {
    check(onlyUses(CORE, CORE));
  }

  @Test
  void onlyTheVectorKernelUsesTheIncubator() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(VECTOR_KERNEL)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.."));
  }

  @Test
  void onlyMemoryOpensAnArena() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(MEMORY)
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Arena.class));
  }

  @Test
  void theKernelHasNoLockNoCollectionAndNoInputOrOutput() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(KERNEL, VECTOR_KERNEL)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "java.util.concurrent.locks", "java.io..", "java.nio.file..", "java.net..")
                    .or(assignableTo(Collection.class))
                    .or(assignableTo(Map.class))
                    .or(assignableTo(Closeable.class))));
  }

  /** Classes of a package depend on those of the given ones and of the JDK, and on annotations. */
  private static ArchRule onlyUses(String packageName, String... used) {
    DescribedPredicate<JavaClass> jdk =
        describe(
            "of the JDK",
            type ->
                Stream.of("java.", "javax.", "jdk.", "com.sun.management.")
                        .anyMatch(type.getPackageName()::startsWith)
                    || type.getBaseComponentType().isPrimitive());
    return classes()
        .that()
        .resideInAPackage(packageName)
        .should()
        .onlyDependOnClassesThat(
            jdk.or(resideInAnyPackage(used)).or(resideInAnyPackage(COMPILE_TIME)));
  }

  /** A package that does not exist yet breaks no rule. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
