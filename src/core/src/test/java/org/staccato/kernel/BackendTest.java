package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is chosen from the two system properties and the machine, as a pure function. */
class BackendTest {

  @ParameterizedTest
  @CsvSource({
    "        ,     , 512, vector-512",
    "        ,     , 256, vector-256",
    "        ,     , 128, vector-128",
    "        ,     , 2048, vector-512",
    "        ,     , 64, scalar",
    "        ,     , 0, scalar",
    "        , 256, 512, vector-256",
    "        , 128, 512, vector-128",
    "        , 512, 256, vector-512",
    "        , 256, 0, scalar",
    "vector , , 512, vector-512",
    "vector , , 64, vector-128",
    "vector , 128, 512, vector-128",
    "scalar , , 512, scalar",
    "scalar , 256, 512, scalar",
    "scalar , , 0, scalar",
  })
  void choosesFromDemandAndMachine(String backend, String bits, int preferred, String expected) {
    assertEquals(expected, Backend.choose(backend, bits, preferred).name());
  }

  @Test
  void refusesVectorsWithoutTheirModuleAndNamesTheOption() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Backend.choose("vector", null, 0));
    assertTrue(
        String.valueOf(e.getMessage()).contains("--add-modules jdk.incubator.vector"),
        String.valueOf(e));
  }

  @ParameterizedTest
  @CsvSource({
    "'mixed mode, sharing', true",
    "'compiled mode', true",
    ", true",
    "'interpreted mode, sharing', false",
    "'mixed mode, emulated-client, sharing', false",
    "'compiled mode, emulated-client', false",
  })
  void knowsAJvmWithoutItsOptimisingCompiler(String vmInfo, boolean optimizing) {
    assertEquals(optimizing, Backend.isOptimizing(vmInfo));
  }

  @ParameterizedTest
  @CsvSource({"gpu,", "'',", "VECTOR,", ", 64", ", 1024", ", wide", ", ''", ", -256"})
  void refusesWhatItDoesNotKnow(String backend, String bits) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Backend.choose(backend, bits, 512));
    assertTrue(String.valueOf(e.getMessage()).contains("expected"), String.valueOf(e));
  }
}
