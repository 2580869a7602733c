package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.kernel.Kernels;

/**
 * One LSTM layer: where its weights lie in the mapping of a weight file, and where its cell and its
 * hidden state lie in a state. Immutable and thread-safe.
 *
 * @param inputSize the width of its input
 * @param hiddenSize the number of hidden units
 * @param rows the offset of the folded item inputs if the layer takes items, else of the bias
 * @param input the offset of the input panels, or {@link #FOLDED}
 * @param recurrent the offset of the recurrent panels
 * @param cell the offset of c in a state
 * @param hidden the offset of h in a state
 */
record LstmLayer(
    int inputSize, int hiddenSize, long rows, long input, long recurrent, long cell, long hidden) {

  /** In place of input panels: the layer takes items, whose inputs are folded into rows. */
  static final long FOLDED = -1;

  /** The number of groups of 16 that hold so many units. */
  static int groups(int units) {
    return Math.ceilDiv(units, Kernels.LANES);
  }

  int groups() {
    return groups(hiddenSize);
  }

  boolean folded() {
    return input == FOLDED;
  }

  /** Advances by one item of the catalogue, which must be checked. */
  void step(
      Kernels kernels, MemorySegment weights, MemorySegment state, MemorySegment gates, int item) {
    long row = rows + (long) item * groups() * Kernels.GATE_BYTES;
    kernels.loadGates(weights, row, groups(), gates);
    finish(kernels, weights, state, gates);
  }

  /** Advances by one input vector. */
  void step(
      Kernels kernels,
      MemorySegment weights,
      MemorySegment state,
      MemorySegment gates,
      MemorySegment x,
      long xOffset) {
    kernels.loadGates(weights, rows, groups(), gates);
    kernels.accumulateGates(weights, input, groups(), inputSize, x, xOffset, gates);
    finish(kernels, weights, state, gates);
  }

  private void finish(
      Kernels kernels, MemorySegment weights, MemorySegment state, MemorySegment gates) {
    kernels.accumulateGates(weights, recurrent, groups(), hiddenSize, state, hidden, gates);
    kernels.tanh(gates, 0, groups() * Kernels.GATES);
    kernels.updateCell(gates, state, cell, hidden, groups());
  }
}
