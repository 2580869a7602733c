package org.staccato.trainer.learn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.model.Weights;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/**
 * The weights during training, and copies of matrices in the other orientation, which some products
 * need as right operand. All threads read them; between windows each thread updates a range of the
 * weights, and then refreshes a part of the copies.
 */
final class LearntWeights {
  private final ParameterArray parameters;
  private final Map<String, Matrix> copies = new LinkedHashMap<>();

  /** Composes the rows of items with features, or null if no item has any. */
  final @Nullable ComposedRows composed;

  final float[] values;

  /** Draws first values and refreshes the copies. */
  LearntWeights(ParameterArray parameters, long seed) {
    this(parameters, seed, null);
  }

  /**
   * Draws first values, replaces those that a starting point has, and refreshes the copies.
   *
   * @param start the starting point, null for none
   */
  LearntWeights(ParameterArray parameters, long seed, @Nullable StartingPoint start) {
    this.parameters = parameters;
    values = parameters.initialise(seed);
    if (start != null) {
      start.set(parameters, values);
    }
    FeatureLearning features = parameters.itemFeatures();
    composed = features == null ? null : new ComposedRows(parameters, features);
    for (ParameterRange range : parameters.ranges()) {
      if (range.layout().copied()) {
        copies.put(range.parameter().name(), newCopy(range.matrix(values).transpose()));
      }
    }
    refresh(0, 1);
  }

  private static Matrix newCopy(Matrix view) {
    int stride = Matrix.spreadStride(view.columns());
    long size = (long) view.rows() * stride;
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "network: found a matrix of "
              + size
              + " weights with padding, expected less than 2³¹: choose smaller sizes");
    }
    return new Matrix(new float[(int) size], 0, view.rows(), view.columns(), stride, 1);
  }

  /** Views a parameter as it is stored. */
  Matrix stored(ParameterRange range) {
    return range.matrix(values);
  }

  /** Returns the copy of a parameter in the other orientation. */
  Matrix copy(ParameterRange range) {
    Matrix copy = copies.get(range.parameter().name());
    if (copy == null) {
      throw new IllegalArgumentException("no copy of \"" + range.parameter().name() + "\" is kept");
    }
    return copy;
  }

  /** Refreshes the copies of the part of each matrix that belongs to one of several threads. */
  void refresh(int part, int parts) {
    for (ParameterRange range : parameters.ranges()) {
      if (range.layout().copied()) {
        refresh(range.matrix(values), copy(range).transpose(), part, parts);
      }
    }
  }

  private static void refresh(Matrix from, Matrix to, int part, int parts) {
    int blocks = from.rows() / Matrix.PADDING;
    int first = Matrix.PADDING * (int) ((long) blocks * part / parts);
    int end = Matrix.PADDING * (int) ((long) blocks * (part + 1) / parts);
    Elements.copy(from.rows(first, end - first), to.rows(first, end - first));
  }

  /**
   * Composes the rows of items from their parts, where they have features, and refreshes their
   * copies, for the items of one of several threads.
   *
   * @param seed selects the items that lack their own part
   */
  void compose(int seed, int part, int parts) {
    if (composed != null) {
      composed.compose(values, true, seed, part, parts);
    }
  }

  /** Copies the weights into the form that the core takes; no item lacks its own part. */
  Weights export() {
    if (composed != null) {
      composed.compose(values, false, 0, 0, 1);
    }
    return parameters.export(values);
  }
}
