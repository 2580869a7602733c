package org.staccato.trainer.learn;

import java.util.Objects;
import org.staccato.model.FloatMatrix;
import org.staccato.model.ModelSpecification;
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
 * <p>Immutable, as long as the weights are.
 */
public final class StartingPoint {

  /** In place of an index: the item is new. */
  public static final int NEW = -1;

  private final Weights weights;
  private final int[] rows;

  /**
   * Matches items.
   *
   * @param weights the earlier weights, which must stay valid during {@link Trainer#train}
   * @param rows for each item of the catalogue its earlier index, {@link #NEW} for a new item;
   *     copied
   * @throws IndexOutOfBoundsException if an index is none of the earlier items
   */
  public StartingPoint(Weights weights, int[] rows) {
    this.weights = weights;
    this.rows = rows.clone();
    for (int row : rows) {
      if (row != NEW) {
        Objects.checkIndex(row, weights.specification().itemInput().items());
      }
    }
  }

  /**
   * Checks that a network can take the weights.
   *
   * @throws IllegalArgumentException if it differs in more than its items, or has another number of
   *     items
   */
  void requireFits(ModelSpecification network) {
    ModelSpecification earlier = weights.specification();
    boolean alike =
        earlier.itemInput().width() == network.itemInput().width()
            && earlier.attributes().equals(network.attributes())
            && earlier.layers().equals(network.layers())
            && earlier.heads().size() == 1
            && earlier.findRanking().filter(r -> r.tied() == network.ranking().tied()).isPresent();
    if (!alike) {
      throw new IllegalArgumentException(
          "starting point: found " + earlier.toJson() + ", expected " + network.toJson());
    }
    if (rows.length != network.itemInput().items()) {
      throw new IllegalArgumentException(
          "starting point: found "
              + rows.length
              + " items, expected "
              + network.itemInput().items());
    }
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
    return parameter.name().equals(ModelSpecification.embeddingName())
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
