package org.staccato.network;

import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.model.ModelSpecification.Cell;

/**
 * The order of a layer's rows in its panels; see {@link Kernels}.
 *
 * @param cell the kind of cell
 * @param hiddenSize the number of hidden units
 */
record GateRows(Cell cell, int hiddenSize) {
  private static final int LANES = Kernels.LANES;

  /** In place of a row of the trainer's matrix: padding. */
  static final int PADDING = -1;

  /** The number of groups of 16 that hold so many units. */
  static int groups(int units) {
    return Math.ceilDiv(units, LANES);
  }

  int groups() {
    return groups(hiddenSize);
  }

  /** The number of rows without the padding of the last block. */
  private int rows() {
    return groups() * LANES * cell.gates();
  }

  /** The number of blocks of the layer's panels. */
  int blocks() {
    return Panels.blocksOf(rows());
  }

  /** The row of the trainer's matrix, gates stacked, that lies in a row of the panels. */
  int source(int row) {
    int unit = unit(row);
    return row < rows() && unit < hiddenSize ? gate(row) * hiddenSize + unit : PADDING;
  }

  /** The weights of gates that end in a σ are halved, since σ(x) = ½ + ½·tanh(x/2). */
  float factor(int row) {
    return isCandidate(row) ? 1 : 0.5f;
  }

  boolean isCandidate(int row) {
    return gate(row) == 2;
  }

  private int gate(int row) {
    return switch (cell) {
      case LSTM -> row / LANES % Kernels.LSTM_GATES;
      case GRU -> row < 2 * groups() * LANES ? row / LANES % 2 : 2;
    };
  }

  int unit(int row) {
    int group =
        switch (cell) {
          case LSTM -> row / LANES / Kernels.LSTM_GATES;
          case GRU -> row < 2 * groups() * LANES ? row / LANES / 2 : row / LANES - 2 * groups();
        };
    return group * LANES + row % LANES;
  }
}
