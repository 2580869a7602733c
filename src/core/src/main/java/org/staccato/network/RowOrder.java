package org.staccato.network;

import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.Parameter;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Residual;

/**
 * The order of the rows of a layer's parameters in panels and vectors of a weight file, and the
 * factors of these rows.
 */
public sealed interface RowOrder {

  /** In place of a row of the trainer's matrix: padding. */
  int PADDING = -1;

  /** {@return the number of blocks of {@link Panels#ROWS} rows, the last of which may be padded} */
  int blocks();

  /**
   * Finds the source of a row.
   *
   * @param row a row, below 64 for each block
   * @return the row of the trainer's matrix, or {@link #PADDING}
   */
  int source(int row);

  /**
   * Returns the factor of the weights of a row, a power of two.
   *
   * @param row a row that is not padding
   * @return the factor
   */
  float factor(int row);

  /**
   * Returns the order of the rows of a layer's parameter.
   *
   * @param layer a layer
   * @param parameter one of its parameters
   * @return the order
   */
  static RowOrder of(Layer layer, Parameter parameter) {
    return switch (layer) {
      case RecurrentLayer recurrent -> of(recurrent);
      case LayerNorm norm -> new Plain(parameter.rows());
      case FeedForward network -> new Plain(parameter.rows());
      case Convolution convolution -> new Plain(parameter.rows());
      case Attention attention -> new Plain(parameter.rows());
      case Residual residual -> new Plain(parameter.rows());
    };
  }

  /**
   * Returns the order of the rows of a recurrent layer.
   *
   * @param layer a recurrent layer
   * @return the order of all its parameters
   */
  static RowOrder of(RecurrentLayer layer) {
    return switch (layer) {
      case Lstm lstm -> new Gates(Lstm.GATES, Lstm.GATES, lstm.units());
      case Gru gru -> new Gates(Gru.GATES, 2, gru.units());
    };
  }

  /**
   * Computes the number of groups of 16 that hold a number of elements.
   *
   * @param elements the number of elements
   * @return the number of groups
   */
  static int groups(int elements) {
    return Math.ceilDiv(elements, Kernels.GROUP);
  }

  /**
   * Rows as a trainer holds them.
   *
   * @param rows their number
   */
  record Plain(int rows) implements RowOrder {
    @Override
    public int blocks() {
      return Panels.blocksOf(rows);
    }

    @Override
    public int source(int row) {
      return row < rows ? row : PADDING;
    }

    @Override
    public float factor(int row) {
      return 1;
    }
  }

  /**
   * The rows of gates, stacked in the trainer's matrix, in groups of 16 units: first those of the
   * leading gates, {@code [group][gate][16]}, then those of each further gate, {@code [group][16]};
   * see {@link Kernels}. The rows of gates that end in a σ are halved, since σ(x) = ½ +
   * ½·tanh(x/2): one tanh then serves all of them.
   *
   * @param gates the number of gates
   * @param interleaved the number of leading gates
   * @param units the number of hidden units
   */
  record Gates(int gates, int interleaved, int units) implements RowOrder {

    /** The gate that ends in a tanh: an LSTM's cell gate and a GRU's new gate. */
    private static final int TANH_GATE = 2;

    private int groups() {
      return RowOrder.groups(units);
    }

    @Override
    public int blocks() {
      return Panels.blocksOf(gates * groups() * Kernels.GROUP);
    }

    @Override
    public int source(int row) {
      int group = group(row);
      int unit = group * Kernels.GROUP + row % Kernels.GROUP;
      boolean padding = row >= gates * groups() * Kernels.GROUP || unit >= units;
      return padding ? PADDING : gate(row) * units + unit;
    }

    @Override
    public float factor(int row) {
      return gate(row) == TANH_GATE ? 1 : 0.5f;
    }

    private int gate(int row) {
      int place = row / Kernels.GROUP;
      int leading = interleaved * groups();
      return place < leading ? place % interleaved : interleaved + (place - leading) / groups();
    }

    private int group(int row) {
      int place = row / Kernels.GROUP;
      int leading = interleaved * groups();
      return place < leading ? place / interleaved : (place - leading) % groups();
    }
  }
}
