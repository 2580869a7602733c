package org.staccato.model;

import java.util.List;

/**
 * Gated recurrent unit in PyTorch's form, which applies the reset gate after the product (K. Cho et
 * al., 2014). The rows of its parameters are the gates, one after the other, in PyTorch's order:
 * reset, update, new ({@code r, z, n}).
 *
 * <pre>
 * r, z = σ(input·x + inputBias + recurrent·h + recurrentBias)
 * n = tanh(input·x + inputBias + r⊙(recurrent·h + recurrentBias))
 * h ← (1 − z)⊙n + z⊙h
 * </pre>
 *
 * @param inputs the width of its input
 * @param units the number of hidden units
 */
public record Gru(int inputs, int units) implements RecurrentLayer {

  /** The number of gates. */
  public static final int GATES = 3;

  /** The bias of the product of the input. */
  public static final String INPUT_BIAS = "inputBias";

  /**
   * The bias of the product of the hidden state; the reset gate scales the new gate's part of it.
   */
  public static final String RECURRENT_BIAS = "recurrentBias";

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is outside its range
   */
  public Gru {
    Range.require("inputs", inputs, ModelSpecification.SIZE_LIMIT);
    Range.require("units", units, ModelSpecification.SIZE_LIMIT);
  }

  @Override
  public int gates() {
    return GATES;
  }

  @Override
  public List<Parameter> parameters() {
    int rows = GATES * units;
    return List.of(
        Parameter.matrix(INPUT, rows, inputs),
        Parameter.matrix(RECURRENT, rows, units),
        Parameter.vector(INPUT_BIAS, rows),
        Parameter.vector(RECURRENT_BIAS, rows));
  }

  @Override
  public List<StateField> state() {
    // n + z·(h − n) with n and the h before within ±1: what the difference and the product are
    // rounded by leaves it within 1 + 2⁻²⁴, which rounds to 1.
    return List.of(new StateField(HIDDEN, units, 1));
  }
}
