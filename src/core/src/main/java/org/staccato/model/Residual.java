package org.staccato.model;

import java.util.List;

/**
 * A residual connection around the layers below it (K. He et al., 2016): y = x + v, where v is the
 * vector that the layer {@code span} below this one took. Around one layer the span is 1, around a
 * normalisation and the layer above it 2.
 *
 * @param width the width of what it takes, adds and gives
 * @param span the number of layers that it goes around, 1 to {@link ModelSpecification#LAYER_LIMIT}
 */
public record Residual(int width, int span) implements Layer {

  /**
   * Checks the ranges; {@link ModelSpecification} checks the layers below.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public Residual {
    Range.require("width", width, ModelSpecification.SIZE_LIMIT);
    Range.require("span", span, ModelSpecification.LAYER_LIMIT);
  }

  @Override
  public int inputs() {
    return width;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public List<StateField> state() {
    return List.of();
  }
}
