package org.staccato.model;

import java.util.List;

/**
 * Layer normalisation (J. L. Ba et al., 2016): y = gain⊙(x − μ)/√(σ² + ε) + bias, with the mean μ
 * and the variance σ² of the elements of x.
 *
 * @param width the width of what it takes and gives
 */
public record LayerNorm(int width) implements Layer {

  /** The ε under the root, PyTorch's default. */
  public static final float EPSILON = 1e-5f;

  /** What multiplies each normalised element. */
  public static final String GAIN = "gain";

  /** What is added to each. */
  public static final String BIAS = "bias";

  /**
   * Checks the width.
   *
   * @throws IllegalArgumentException if it is outside its range
   */
  public LayerNorm {
    Range.require("width", width, ModelSpecification.SIZE_LIMIT);
  }

  @Override
  public int inputs() {
    return width;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(Parameter.vector(GAIN, width), Parameter.vector(BIAS, width));
  }

  @Override
  public List<StateField> state() {
    return List.of();
  }
}
