package org.staccato.trainer.learn;

import org.staccato.model.FloatMatrix;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;

/**
 * Weights from which a training goes on, over a catalogue that may be another one: each item has a
 * row of the earlier network or is new.
 *
 * <p>A new item starts as every item of a training from the beginning does, with the mean of the
 * earlier biases as its bias. The optimizer starts without moments.
 *
 * @param weights the earlier weights, which must stay valid during {@link Trainer#train}
 * @param rows for each item of the catalogue its earlier index, {@link #NEW} for a new item
 */
public record StartingPoint(Weights weights, int[] rows) {

  /** In place of an index: the item is new. */
  public static final int NEW = -1;

  /** Copies the indices. */
  public StartingPoint {
    rows = rows.clone();
  }

  /** {@return a copy of the indices} */
  @Override
  public int[] rows() {
    return rows.clone();
  }

  /** Sets the weights of a network that differs in its items at most; those of new items stay. */
  void set(ParameterArray parameters, float[] values) {
    for (Parameter parameter : parameters.specification().parameters()) {
      FloatMatrix earlier = weights.get(parameter.name());
      ParameterRange range = parameters.range(parameter.name());
      if (isOfItems(parameters, parameter)) {
        setRows(range, earlier, values);
      } else {
        for (int row = 0; row < parameter.rows(); row++) {
          range.setRow(values, row, earlier, row);
        }
      }
    }
  }

  private static boolean isOfItems(ParameterArray parameters, Parameter parameter) {
    Ranking ranking = parameters.ranking();
    return parameters.specification().parametersOfInput().contains(parameter)
        || parameters.specification().parametersOf(ranking).contains(parameter);
  }

  private void setRows(ParameterRange range, FloatMatrix earlier, float[] values) {
    double mean = 0;
    for (int row = 0; row < earlier.rows(); row++) {
      mean += earlier.at(row, 0) / (double) earlier.rows();
    }
    FloatMatrix bias = FloatMatrix.of(new float[] {(float) mean}, 1);
    for (int item = 0; item < rows.length; item++) {
      if (rows[item] != NEW) {
        range.setRow(values, item, earlier, rows[item]);
      } else if (!range.parameter().isMatrix()) {
        range.setRow(values, item, bias, 0);
      }
    }
  }
}
