package org.staccato.model;

import java.util.List;

/**
 * Takes a vector of numbers, which is the lowest layer's input.
 *
 * @param width the number of features, 1 to {@link ModelSpecification#SIZE_LIMIT}
 */
public record FeatureInput(int width) implements Input {

  /**
   * Checks the width.
   *
   * @throws IllegalArgumentException if it is outside its range
   */
  public FeatureInput {
    Range.require("width", width, ModelSpecification.SIZE_LIMIT);
  }

  @Override
  public List<Parameter> parameters(RecurrentLayer lowest) {
    return List.of();
  }
}
