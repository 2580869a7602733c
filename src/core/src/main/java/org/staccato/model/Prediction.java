package org.staccato.model;

import java.util.List;

/**
 * Predicts numbers or classes: an activation of weights·h + bias.
 *
 * @param name the name of the head
 * @param inputs the width of the last layer
 * @param outputs the number of outputs, 1 to {@link ModelSpecification#OUTPUT_LIMIT}
 * @param activation the function that is applied to the sums
 */
public record Prediction(String name, int inputs, int outputs, Activation activation)
    implements Head {

  /**
   * Checks the name and the sizes.
   *
   * @throws IllegalArgumentException if one is not allowed
   */
  public Prediction {
    HeadName.require(name);
    Range.require("inputs", inputs, ModelSpecification.SIZE_LIMIT);
    Range.require("outputs", outputs, ModelSpecification.OUTPUT_LIMIT);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(Parameter.matrix(WEIGHTS, outputs, inputs), Parameter.vector(BIAS, outputs));
  }
}
