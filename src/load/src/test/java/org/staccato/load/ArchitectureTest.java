package org.staccato.load;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses LOAD =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.staccato.load");

  @Test
  void packagesDependOnThoseBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("scenario")
        .definedBy("org.staccato.load.scenario..")
        .layer("openloop")
        .definedBy("org.staccato.load.openloop..")
        .layer("plot")
        .definedBy("org.staccato.load.plot..")
        .layer("report")
        .definedBy("org.staccato.load.report..")
        .layer("latency")
        .definedBy("org.staccato.load.latency..")
        .whereLayer("scenario")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("openloop")
        .mayOnlyBeAccessedByLayers("scenario")
        .whereLayer("plot")
        .mayOnlyBeAccessedByLayers("scenario")
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("scenario")
        .ensureAllClassesAreContainedInArchitectureIgnoring("java..", "org.HdrHistogram..")
        .check(LOAD);
  }
}
