package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.model.ModelSpecification.Cell;

/**
 * One layer: where its weights lie in a weight file, and where its cell, its hidden state and the
 * sums prepared for its next step lie in a state. Immutable and thread-safe.
 *
 * <p>The recurrent sums are bias + U·h. An LSTM adds the input's to them; a GRU keeps the two
 * apart, since its reset gate lies between them.
 *
 * @param rows the order of the rows
 * @param inputSize the width of its input
 * @param bias the offset of what the recurrent sums start with
 * @param recurrent the recurrent weights U
 * @param inputRows the offset of the rows of folded inputs, one per item, if the layer takes items,
 *     else for a GRU that of what the input's sums start with
 * @param input the input weights, or null if the layer takes items
 * @param cell the offset of c in a state; for a GRU, which has none, that of h
 * @param hidden the offset of h in a state
 * @param sums the offset of the prepared sums in a state
 */
record RecurrentLayer(
    GateRows rows,
    int inputSize,
    long bias,
    Panels recurrent,
    long inputRows,
    @Nullable Panels input,
    long cell,
    long hidden,
    long sums) {

  private static final DataType[] TYPES = {DataType.F32, DataType.BF16, DataType.I8};

  /** Finds a layer's tensors; folded means that it takes so many items, 0 that it takes vectors. */
  static RecurrentLayer find(
      WeightFile file, int number, GateRows rows, int inputSize, int items, long cell, long sums)
      throws ModelRejectedException {
    int blocks = rows.blocks();
    int paddedRows = blocks * Panels.ROWS;
    long hidden = cell + (rows.cell() == Cell.LSTM ? rows.groups() * Kernels.GROUP_BYTES : 0);
    long bias = PanelTensors.findRow(file, LayerWriter.biasName(number), blocks);
    Panels recurrent =
        PanelTensors.find(
            file, LayerWriter.recurrentName(number), paddedRows, rows.hiddenSize(), TYPES);
    long inputRows = 0;
    Panels input = null;
    if (items > 0) {
      inputRows =
          file.require(LayerWriter.itemsName(number), DataType.F32, items, blocks, Panels.ROWS)
              .offset();
    } else {
      input = PanelTensors.find(file, LayerWriter.inputName(number), paddedRows, inputSize, TYPES);
      if (rows.cell() == Cell.GRU) {
        inputRows = PanelTensors.findRow(file, LayerWriter.inputBiasName(number), blocks);
      }
    }
    return new RecurrentLayer(
        rows, inputSize, bias, recurrent, inputRows, input, cell, hidden, sums);
  }

  int hiddenSize() {
    return rows.hiddenSize();
  }

  int groups() {
    return rows.groups();
  }

  boolean isLstm() {
    return rows.cell() == Cell.LSTM;
  }

  /** The groups of the sums, the padding of the last block included. */
  int sumGroups() {
    return recurrent.blocks() * (Panels.ROWS / Kernels.LANES);
  }

  /** The bytes of the sums. */
  long sumBytes() {
    return recurrent.blocks() * Panels.ROW_BYTES;
  }

  /** The offset in a state of the first byte after h. */
  long end() {
    return hidden + groups() * Kernels.GROUP_BYTES;
  }

  /** Computes the recurrent sums. */
  void prepare(
      Kernels kernels, MemorySegment weights, MemorySegment state, MemorySegment sums, long sum) {
    kernels.copyRow(weights, bias, sumGroups(), sums, sum);
    kernels.addProduct(recurrent, 0, recurrent.blocks(), state, hidden, sums, sum);
  }

  /** The offset of an item's row of folded inputs. */
  long itemRow(int item) {
    return inputRows + item * sumBytes();
  }

  /**
   * Adds the folded input of an item to the recurrent sums, or, for a GRU, sets the input's sums to
   * it.
   */
  void addItem(
      Kernels kernels,
      MemorySegment weights,
      int item,
      MemorySegment sums,
      long sum,
      MemorySegment inputSums,
      long inputSum) {
    if (isLstm()) {
      kernels.addRow(weights, itemRow(item), sumGroups(), 1, sums, sum);
    } else {
      kernels.copyRow(weights, itemRow(item), sumGroups(), inputSums, inputSum);
    }
  }

  /**
   * Adds the product of an input vector to the recurrent sums, or, for a GRU, sets the input's sums
   * to it.
   */
  void addInput(
      Kernels kernels,
      MemorySegment weights,
      Panels matrix,
      MemorySegment x,
      long offset,
      MemorySegment sums,
      long sum,
      MemorySegment inputSums,
      long inputSum) {
    if (isLstm()) {
      kernels.addProduct(matrix, 0, matrix.blocks(), x, offset, sums, sum);
    } else {
      kernels.copyRow(weights, inputRows, sumGroups(), inputSums, inputSum);
      kernels.addProduct(matrix, 0, matrix.blocks(), x, offset, inputSums, inputSum);
    }
  }

  /** Advances c and h from the sums. */
  void advance(
      Kernels kernels,
      MemorySegment state,
      MemorySegment sums,
      long sum,
      MemorySegment inputSums,
      long inputSum) {
    if (isLstm()) {
      kernels.advanceLstm(sums, sum, state, cell, hidden, groups());
    } else {
      kernels.advanceGru(inputSums, inputSum, sums, sum, state, hidden, groups());
    }
  }
}
