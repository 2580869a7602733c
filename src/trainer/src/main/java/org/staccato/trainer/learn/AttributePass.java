package org.staccato.trainer.learn;

import java.util.List;
import org.staccato.model.EventAttribute;
import org.staccato.model.ModelSpecification;
import org.staccato.model.RecurrentLayer;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/**
 * The part of the lowest recurrent layer's pass that belongs to the attributes of events: adds the
 * row of each value to the sums of the gates. Other layers have one without attributes. Confined to
 * one thread at a time.
 */
final class AttributePass {
  private final ParameterRange[] rows;
  private final Window window;

  /**
   * Makes the pass of a recurrent layer.
   *
   * @param number the number of the layer
   */
  AttributePass(ParameterArray parameters, int number, Window window) {
    ModelSpecification specification = parameters.specification();
    boolean lowest = number == specification.lowestRecurrentNumber();
    List<EventAttribute> attributes = lowest ? specification.attributes() : List.of();
    rows =
        attributes.stream()
            .map(attribute -> parameters.range(ModelSpecification.attributeName(attribute)))
            .toArray(ParameterRange[]::new);
    this.window = window;
  }

  /**
   * Describes the storage and the first values of the weights of an attribute: values × blocks of
   * gates, without a copy, since nothing lies below them. They start at 0, so that a value that the
   * training does not meet adds nothing.
   */
  static ParameterLayout layout(RecurrentLayer lowest) {
    return ParameterLayout.vector(lowest.gates(), Initializer.ZERO);
  }

  /** Adds the rows of the window's values to the sums of the gates. */
  void forward(LearntWeights weights, Matrix sums) {
    for (int attribute = 0; attribute < rows.length; attribute++) {
      for (int row = 0; row < sums.rows(); row++) {
        int from = at(attribute, row, sums.columns());
        int to = sums.index(row, 0);
        Elements.multiplyAdd(1f, weights.values, from, sums.values(), to, sums.columns());
      }
    }
  }

  /** Adds the gradient of the sums to those of the rows. */
  void backward(Matrix dSums, float[] gradient) {
    for (int attribute = 0; attribute < rows.length; attribute++) {
      for (int row = 0; row < dSums.rows(); row++) {
        int from = dSums.index(row, 0);
        int to = at(attribute, row, dSums.columns());
        Elements.multiplyAdd(1f, dSums.values(), from, gradient, to, dSums.columns());
      }
    }
  }

  private int at(int attribute, int row, int width) {
    return rows[attribute].offset() + window.attributes[attribute][row] * width;
  }
}
