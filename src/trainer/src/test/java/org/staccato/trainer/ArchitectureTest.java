package org.staccato.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses TRAINER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.staccato.trainer");

  @Test
  void onlyTheKernelsUseTheVectorApi() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.staccato.trainer.kernel..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .because("the incubating API may change in any release")
        .check(TRAINER);
  }

  @Test
  void dataAndEvaluationDoNotKnowHowModelsLearn() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.staccato.trainer.log..",
            "org.staccato.trainer.sequence..",
            "org.staccato.trainer.evaluate..",
            "org.staccato.trainer.baseline..",
            "org.staccato.trainer.shop..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.staccato.trainer.learn..", "org.staccato.trainer.kernel..")
        .because("a model of another kind must be measured in the same way")
        .check(TRAINER);
  }

  @Test
  void logsAreReadWithoutKnowingWhatTheyAreFor() {
    noClasses()
        .that()
        .resideInAPackage("org.staccato.trainer.log..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.staccato.trainer.sequence..",
            "org.staccato.trainer.evaluate..",
            "org.staccato.trainer.baseline..",
            "org.staccato.trainer.shop..")
        .check(TRAINER);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("org.staccato.trainer.(*)..").should().beFreeOfCycles().check(TRAINER);
  }
}
