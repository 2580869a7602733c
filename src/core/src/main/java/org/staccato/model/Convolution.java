package org.staccato.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A causal convolution of each element with its own filter (depthwise), over the last inputs of a
 * sequence:
 *
 * <pre>
 * y = bias + tap0⊙x + tap1⊙x1 + tap2⊙x2 …
 * </pre>
 *
 * <p>with the input x of this step and the inputs x1, x2 … of the steps before, the nearest first,
 * zeros before the start of the sequence. In front of a recurrent layer it gathers what the last
 * few events have in common (C. Liu et al., RecBLR, 2024).
 *
 * @param width the width of what it takes and gives
 * @param taps the number of inputs that it looks at, 2 to {@value #TAP_LIMIT}
 */
public record Convolution(int width, int taps) implements Layer {

  /** The largest number of taps. */
  public static final int TAP_LIMIT = 8;

  /** The largest absolute value of an input that it takes; it limits larger ones to it. */
  public static final float LARGEST_INPUT = 0x1p40f;

  /** What is added to each element. */
  public static final String BIAS = "bias";

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is outside its range
   */
  public Convolution {
    Range.require("width", width, ModelSpecification.SIZE_LIMIT);
    Range.require("taps", taps, TAP_LIMIT);
    if (taps < 2) {
      throw new IllegalArgumentException(
          "taps: found " + taps + ", expected at least 2, this step's input and one before it");
    }
  }

  /**
   * Composes the name of a tap's parameter, the factors of the inputs of one step.
   *
   * @param back the steps back, 0 for this step
   * @return the name
   */
  public static String tap(int back) {
    return "tap" + back;
  }

  /**
   * Composes the name of the field that keeps the input of an earlier step.
   *
   * @param back the steps back, 1 for the step before
   * @return the name
   */
  public static String earlier(int back) {
    return "x" + back;
  }

  @Override
  public int inputs() {
    return width;
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (int back = 0; back < taps; back++) {
      parameters.add(Parameter.vector(tap(back), width));
    }
    parameters.add(Parameter.vector(BIAS, width));
    return List.copyOf(parameters);
  }

  @Override
  public List<StateField> state() {
    List<StateField> fields = new ArrayList<>();
    for (int back = 1; back < taps; back++) {
      fields.add(new StateField(earlier(back), width, LARGEST_INPUT));
    }
    return List.copyOf(fields);
  }
}
