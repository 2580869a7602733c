package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Each run of the suite is about one backend; a silent fallback to another is a bug. */
class BackendSelectionTest {
  private static final String DEMANDED = System.getProperty("staccato.test.backend", "default");

  @Test
  void theDemandedBackendRuns() {
    String chosen = ConfiguredKernels.get().name();
    if (DEMANDED.equals("default")) {
      assertNotEquals("scalar", chosen, "the default with the Vector API is vectors");
    } else {
      assertEquals(DEMANDED, chosen);
    }
    assertEquals(chosen, ConfiguredKernels.backend().name());
  }

  @Test
  @EnabledIfSystemProperty(named = "staccato.test.backend", matches = "scalar")
  void withoutTheModuleNoVectorClassIsNeeded() {
    assertEquals(ScalarKernels.class, ConfiguredKernels.get().getClass());
  }
}
