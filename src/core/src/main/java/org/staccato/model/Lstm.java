package org.staccato.model;

import java.util.List;

/**
 * Long short-term memory with forget gates and without peepholes (S. Hochreiter and J. Schmidhuber,
 * 1997; F. Gers et al., 2000). The rows of its parameters are the gates, one after the other, in
 * PyTorch's order: input, forget, cell, output ({@code i, f, g, o}).
 *
 * <pre>
 * i, f, o = σ(input·x + recurrent·h + bias)   g = tanh(input·x + recurrent·h + bias)
 * c ← f⊙c + i⊙g                               h ← o⊙tanh(c)
 * </pre>
 *
 * @param inputs the width of its input
 * @param units the number of hidden units
 */
public record Lstm(int inputs, int units) implements RecurrentLayer {

  /** The number of gates. */
  public static final int GATES = 4;

  /** The biases; where a framework has one for input and hidden state each, their sum. */
  public static final String BIAS = "bias";

  /** The field of the cell. */
  public static final String CELL = "c";

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is outside its range
   */
  public Lstm {
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
        Parameter.vector(BIAS, rows));
  }

  @Override
  public List<StateField> state() {
    return List.of(
        new StateField(CELL, units, Float.MAX_VALUE),
        // A product of a σ and a tanh, neither of which exceeds 1.
        new StateField(HIDDEN, units, 1));
  }
}
