package org.staccato.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;

/** Weights hold an array for each parameter of a specification, and nothing else. */
class WeightsTest {
  private static final String RECURRENT = ModelSpecification.layerName(0, Lstm.RECURRENT);

  private final ModelSpecification specification = RandomNetworks.ranking(Cell.LSTM, 7, 3, 5);
  private final Map<String, float[]> arrays = new HashMap<>();

  @BeforeEach
  void makeArrays() {
    for (Parameter parameter : specification.parameters()) {
      arrays.put(parameter.name(), new float[Math.toIntExact(parameter.elements())]);
    }
  }

  @Test
  void anArrayIsFoundByTheNameOfItsParameter() {
    float[] recurrent = new float[20 * 5];
    recurrent[4 * 5 + 3] = 0.25f;
    arrays.put(RECURRENT, recurrent);
    Weights weights = Weights.of(specification, arrays);
    assertEquals(0.25f, weights.get(RECURRENT).at(4, 3));
    assertEquals(0.25f, weights.ofLayer(0, Lstm.RECURRENT).at(4, 3));
    assertEquals(7, weights.embedding().rows());
    assertEquals(7, weights.biasOf(specification.ranking()).rows());
    assertEquals(5, weights.matrixOf(specification.ranking()).columns());
    assertThrows(IllegalArgumentException.class, () -> weights.get("layer.1.recurrent"));
    assertThrows(IllegalArgumentException.class, () -> weights.ofLayer(0, "gain"));
  }

  @Test
  void eachParameterNeedsAnArrayOfItsLength() {
    for (Parameter parameter : specification.parameters()) {
      arrays.remove(parameter.name());
      assertRefused(parameter.name());
      int right = Math.toIntExact(parameter.elements());
      for (int length : new int[] {0, right - 1, right + 1, 2 * right}) {
        arrays.put(parameter.name(), new float[length]);
        assertRefused(parameter.name());
      }
      arrays.put(parameter.name(), new float[right]);
    }
    Weights.of(specification, arrays);
  }

  @Test
  void anArrayThatIsNoParametersIsRefused() {
    arrays.put("layer.0.peephole", new float[5]);
    assertRefused("layer.0.peephole");
  }

  @Test
  void aMatrixOfAnotherShapeIsRefused() {
    Weights weights = Weights.of(specification, arrays);
    FloatMatrix flat = FloatMatrix.of(new float[20 * 5], 100);
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> RandomNetworks.with(weights, RECURRENT, flat));
    assertTrue(String.valueOf(e.getMessage()).contains("found 1 × 100, expected 20 × 5"));
  }

  private void assertRefused(String name) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Weights.of(specification, arrays));
    assertTrue(String.valueOf(e.getMessage()).contains(name), String.valueOf(e));
  }
}
