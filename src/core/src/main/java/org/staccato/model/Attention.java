package org.staccato.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Scaled dot-product attention of a step over the last vectors of its sequence, its own included
 * (A. Vaswani et al., 2017, with the vectors themselves as keys and values):
 *
 * <pre>
 * q = query·x + queryBias
 * a = softmax(q·x₁/√width, q·x₂/√width …)
 * y = a₁x₁ + a₂x₂ …
 * </pre>
 *
 * <p>over the last {@code window} vectors x₁, x₂ … that it took. The state keeps them in a ring, so
 * that its size and the price of a step do not grow with the sequence. Over a recurrent layer, with
 * a {@link Residual} around, it lets a step look back at hidden states (J. Li et al., NARM, 2017,
 * in the form of a dot product).
 *
 * @param width the width of what it takes and gives
 * @param window the number of vectors that it looks at, 1 to {@value #WINDOW_LIMIT}
 */
public record Attention(int width, int window) implements Layer {

  /** The largest number of vectors that it looks at. */
  public static final int WINDOW_LIMIT = 512;

  /** The largest absolute value of an input that it takes; it limits larger ones to it. */
  public static final float LARGEST_INPUT = 0x1p40f;

  /** The weights of the query, a row for each of its elements. */
  public static final String QUERY = "query";

  /** The biases of the query. */
  public static final String QUERY_BIAS = "queryBias";

  /** The field of two numbers: that of the vectors kept, and the place in the ring of the next. */
  public static final String PLACES = "places";

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is outside its range
   */
  public Attention {
    Range.require("width", width, ModelSpecification.SIZE_LIMIT);
    Range.require("window", window, WINDOW_LIMIT);
  }

  /**
   * Composes the name of the field of a kept vector.
   *
   * @param place its place in the ring, from 0
   * @return the name
   */
  public static String kept(int place) {
    return "x" + place;
  }

  @Override
  public int inputs() {
    return width;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(Parameter.matrix(QUERY, width, width), Parameter.vector(QUERY_BIAS, width));
  }

  @Override
  public List<StateField> state() {
    List<StateField> fields = new ArrayList<>();
    fields.add(new StateField(PLACES, 2, window));
    for (int place = 0; place < window; place++) {
      fields.add(new StateField(kept(place), width, LARGEST_INPUT));
    }
    return List.copyOf(fields);
  }
}
