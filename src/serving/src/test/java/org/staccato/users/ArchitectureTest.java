package org.staccato.users;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Arena;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages of the module, from the ground up: none uses a package above it. */
class ArchitectureTest {
  private static final String ITEMS = "org.staccato.users.items";
  private static final String TABLE = "org.staccato.users.table";
  private static final String REPLAY = "org.staccato.users.replay";
  private static final String SNAPSHOT = "org.staccato.snapshot";
  private static final String SNAPSHOT_FILE = "org.staccato.snapshot.file";
  private static final String USERS = "org.staccato.users";
  private static final String AGRONA = "org.agrona.collections";

  /** The packages of the core that the module uses. */
  private static final String[] CORE = {
    "org.staccato", "org.staccato.format", "org.staccato.live", "org.staccato.storage"
  };

  /** Annotations that only the compiler reads. */
  private static final String ANNOTATIONS = "org.jspecify..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(UserStates.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void itemsUseNoOtherPackage() {
    onlyUses(ITEMS, ITEMS, AGRONA).check(CLASSES);
  }

  @Test
  void theTableUsesItems() {
    onlyUses(TABLE, TABLE, ITEMS, AGRONA).check(CLASSES);
  }

  @Test
  void replayUsesTheTableAndItems() {
    onlyUses(REPLAY, REPLAY, TABLE, ITEMS).check(CLASSES);
  }

  @Test
  void theRejectionOfSnapshotsUsesNoOtherPackage() {
    onlyUses(SNAPSHOT, SNAPSHOT).check(CLASSES);
  }

  @Test
  void snapshotFilesUseTheTableAndItems() {
    onlyUses(SNAPSHOT_FILE, SNAPSHOT_FILE, SNAPSHOT, TABLE, ITEMS, AGRONA).check(CLASSES);
  }

  @Test
  void theApiUsesAllPackages() {
    onlyUses(USERS, USERS, SNAPSHOT_FILE, SNAPSHOT, REPLAY, TABLE, ITEMS).check(CLASSES);
  }

  @Test
  void thereAreNoOtherPackages() {
    classes()
        .should()
        .resideInAnyPackage(ITEMS, TABLE, REPLAY, SNAPSHOT, SNAPSHOT_FILE, USERS)
        .check(CLASSES);
  }

  @Test
  void onlyTheTableOpensAnArena() {
    noClasses()
        .that()
        .resideOutsideOfPackage(TABLE)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Arena.class)
        .check(CLASSES);
  }

  /** Classes of a package depend on those of the given ones, of the core and of the JDK. */
  private static ArchRule onlyUses(String packageName, String... used) {
    DescribedPredicate<JavaClass> jdk =
        describe(
            "of the JDK",
            type ->
                Stream.of("java.", "jdk.").anyMatch(type.getPackageName()::startsWith)
                    || type.getBaseComponentType().isPrimitive());
    return classes()
        .that()
        .resideInAPackage(packageName)
        .should()
        .onlyDependOnClassesThat(
            jdk.or(resideInAnyPackage(used))
                .or(resideInAnyPackage(CORE))
                .or(resideInAnyPackage(ANNOTATIONS)));
  }
}
