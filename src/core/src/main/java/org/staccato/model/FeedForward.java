package org.staccato.model;

import java.util.List;

/**
 * A feed-forward network of one hidden layer, applied at each step by itself (A. Vaswani et al.,
 * 2017): y = down·GELU(up·x + upBias) + downBias.
 *
 * <p>GELU(x) = x·Φ(x) with the standard normal distribution Φ (D. Hendrycks and K. Gimpel, 2016):
 * the form with the error function, PyTorch's default.
 *
 * @param width the width of what it takes and gives
 * @param inner the width of its hidden layer
 */
public record FeedForward(int width, int inner) implements Layer {

  /** The weights of the hidden layer, a row for each of its elements. */
  public static final String UP = "up";

  /** The biases of the hidden layer. */
  public static final String UP_BIAS = "upBias";

  /** The weights of the output, a row for each of its elements. */
  public static final String DOWN = "down";

  /** The biases of the output. */
  public static final String DOWN_BIAS = "downBias";

  /**
   * Checks the widths.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public FeedForward {
    Range.require("width", width, ModelSpecification.SIZE_LIMIT);
    Range.require("inner", inner, ModelSpecification.INNER_LIMIT);
  }

  @Override
  public int inputs() {
    return width;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.matrix(UP, inner, width),
        Parameter.vector(UP_BIAS, inner),
        Parameter.matrix(DOWN, width, inner),
        Parameter.vector(DOWN_BIAS, width));
  }

  @Override
  public List<StateField> state() {
    return List.of();
  }
}
