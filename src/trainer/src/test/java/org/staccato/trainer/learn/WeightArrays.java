package org.staccato.trainer.learn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Parameter;
import org.staccato.model.Weights;

/** The elements of each parameter by its name, in the order of the specification. */
record WeightArrays(Map<String, float[]> byName) {

  /** Copies weights. */
  static WeightArrays of(Weights weights) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (Parameter parameter : weights.specification().parameters()) {
      FloatMatrix matrix = weights.get(parameter.name());
      float[] elements = new float[(int) parameter.elements()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = matrix.at(i / matrix.columns(), i % matrix.columns());
      }
      arrays.put(parameter.name(), elements);
    }
    return new WeightArrays(arrays);
  }

  float[] get(String name) {
    return Objects.requireNonNull(byName.get(name), name);
  }
}
