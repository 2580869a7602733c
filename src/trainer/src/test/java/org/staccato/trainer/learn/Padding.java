package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collection;

/** Checks that the padding of the parameters in a flat array is zero. */
final class Padding {
  private Padding() {}

  static void requireZeros(ParameterArray parameters, float[] values) {
    Collection<float[]> exported = WeightArrays.of(parameters.export(values)).byName().values();
    long expected = exported.stream().mapToLong(Padding::nonZeros).sum();
    assertEquals(expected, nonZeros(values), "elements that are not 0, in all and in parameters");
  }

  private static long nonZeros(float[] values) {
    long count = 0;
    for (float value : values) {
      count += value == 0 ? 0 : 1;
    }
    return count;
  }
}
