package org.staccato.trainer.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The element-wise part of an LSTM, forward and backward, with the values that the forward pass
 * leaves for the backward pass: a row for each step and stream of a window. (S. Hochreiter and J.
 * Schmidhuber, 1997; F. Gers et al., 2000.)
 *
 * <p>The rows of a step are adjacent, one for each stream, so the distance between two steps of a
 * stream is the number of streams. Sizes are padded. Confined to one thread at a time.
 */
public final class LstmCell {

  /** The number of gates, which are blocks of a row: input, forget, cell, output. */
  public static final int GATES = 4;

  private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
  private static final int LANES = SPECIES.length();

  private final int size;
  private final int streams;

  /** Sums without bias, then the gates, then the gradient of the sums. */
  private final float[] gates;

  /**
   * The cell state before each step; the rows after those of a window hold the state after its last
   * step.
   */
  private final float[] before;

  /** tanh of the cell state after each step. */
  private final float[] tanh;

  private final float[] noBias;

  /**
   * Makes a cell that holds zeros.
   *
   * @param size the padded number of hidden units
   * @param streams the number of streams
   * @param maxSteps the greatest number of steps of a window
   * @throws ArithmeticException if an array would have more than 2³¹ elements
   */
  public LstmCell(int size, int streams, int maxSteps) {
    this.size = size;
    this.streams = streams;
    int values = Math.multiplyExact(Math.multiplyExact(streams, maxSteps), size);
    gates = new float[Math.multiplyExact(values, GATES)];
    before = new float[Math.addExact(values, streams * size)];
    tanh = new float[values];
    noBias = new float[size];
  }

  /**
   * Returns the rows of gates: sums without bias before {@link #forward}, the gradient of the sums
   * after {@link #backward}.
   *
   * @param from the first row
   * @param count the number of rows
   * @return a view of the rows, {@link #GATES} blocks of values each
   */
  public Matrix gates(int from, int count) {
    int width = GATES * size;
    return Matrix.of(gates, from * width, count, width);
  }

  /**
   * Copies the state after a window to the state before the next window.
   *
   * @param rows the number of rows of the window that is over
   */
  public void carry(int rows) {
    System.arraycopy(before, rows * size, before, 0, streams * size);
  }

  /**
   * Zeroes the state before a step.
   *
   * @param row the row of the step
   */
  public void reset(int row) {
    Arrays.fill(before, row * size, (row + 1) * size, 0f);
  }

  /**
   * Computes the gates and the hidden state of a row, h = o·tanh(c').
   *
   * @param row the row, whose gates hold sums without bias
   * @param bias the addends of the sums
   * @param fromBias the index of the first addend
   * @param hidden receives h in the row
   * @param hiddenBefore receives h in the row of the stream's next step
   */
  public void forward(int row, float[] bias, int fromBias, float[] hidden, float[] hiddenBefore) {
    int atGates = row * GATES * size;
    Nonlinearity.SIGMOID.apply(gates, atGates, 2 * size, bias, fromBias);
    Nonlinearity.TANH.apply(gates, atGates + 2 * size, size, bias, fromBias + 2 * size);
    Nonlinearity.SIGMOID.apply(gates, atGates + 3 * size, size, bias, fromBias + 3 * size);
    int at = row * size;
    int next = (row + streams) * size;
    update(at, next);
    Nonlinearity.TANH.apply(tanh, at, size, noBias, 0);
    output(at, hidden, hiddenBefore, next);
  }

  /** Computes the new cell state, c' = f·c + i·g. */
  private void update(int at, int next) {
    float[] gateRows = gates;
    float[] cellRows = before;
    float[] copies = tanh;
    int width = size;
    int from = GATES * at;
    for (int j = 0; j < width; j += LANES) {
      FloatVector input = FloatVector.fromArray(SPECIES, gateRows, from + j);
      FloatVector forget = FloatVector.fromArray(SPECIES, gateRows, from + width + j);
      FloatVector cell = FloatVector.fromArray(SPECIES, gateRows, from + 2 * width + j);
      FloatVector state =
          forget.fma(FloatVector.fromArray(SPECIES, cellRows, at + j), input.mul(cell));
      state.intoArray(cellRows, next + j);
      state.intoArray(copies, at + j);
    }
  }

  private void output(int at, float[] hidden, float[] hiddenBefore, int next) {
    float[] gateRows = gates;
    float[] tanhRows = tanh;
    int width = size;
    int from = GATES * at + 3 * width;
    for (int j = 0; j < width; j += LANES) {
      FloatVector h =
          FloatVector.fromArray(SPECIES, gateRows, from + j)
              .mul(FloatVector.fromArray(SPECIES, tanhRows, at + j));
      h.intoArray(hidden, at + j);
      h.intoArray(hiddenBefore, next + j);
    }
  }

  /**
   * Turns the gates of a row into the gradient of their sums, given the gradients of h and c'.
   *
   * @param row the row
   * @param dHidden the gradient of h, in the row
   * @param dCell on entry the gradient of c' from the stream's next step, on return that of c; a
   *     row for each stream
   * @param stream the row of the stream in {@code dCell}
   */
  public void backward(int row, float[] dHidden, float[] dCell, int stream) {
    float[] gateRows = gates;
    float[] cellRows = before;
    float[] tanhRows = tanh;
    int width = size;
    int at = row * width;
    int from = GATES * at;
    int atCell = stream * width;
    for (int j = 0; j < width; j += LANES) {
      FloatVector input = FloatVector.fromArray(SPECIES, gateRows, from + j);
      FloatVector forget = FloatVector.fromArray(SPECIES, gateRows, from + width + j);
      FloatVector cell = FloatVector.fromArray(SPECIES, gateRows, from + 2 * width + j);
      FloatVector output = FloatVector.fromArray(SPECIES, gateRows, from + 3 * width + j);
      FloatVector tanhCell = FloatVector.fromArray(SPECIES, tanhRows, at + j);
      FloatVector dh = FloatVector.fromArray(SPECIES, dHidden, at + j);
      FloatVector one = FloatVector.broadcast(SPECIES, 1f);
      FloatVector dc =
          dh.mul(output)
              .fma(
                  tanhCell.mul(tanhCell).neg().add(one),
                  FloatVector.fromArray(SPECIES, dCell, atCell + j));
      dh.mul(tanhCell).mul(output).mul(one.sub(output)).intoArray(gateRows, from + 3 * width + j);
      dc.mul(input).mul(one.sub(cell.mul(cell))).intoArray(gateRows, from + 2 * width + j);
      dc.mul(FloatVector.fromArray(SPECIES, cellRows, at + j))
          .mul(forget)
          .mul(one.sub(forget))
          .intoArray(gateRows, from + width + j);
      dc.mul(cell).mul(input).mul(one.sub(input)).intoArray(gateRows, from + j);
      dc.mul(forget).intoArray(dCell, atCell + j);
    }
  }
}
