package org.staccato.trainer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The element-wise part of a GRU in PyTorch's form, forward and backward, and what the forward pass
 * leaves for the backward pass: a row for each step and stream of a window. (K. Cho et al., 2014.)
 *
 * <p>The rows of a step lie together, one for each stream, so that a stream's next step is as many
 * rows further on as there are streams. Sizes are padded. Confined to one thread at a time.
 */
public final class GruCell {

  /** The number of gates, which are blocks of a row: reset, update, new. */
  public static final int GATES = 3;

  private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
  private static final int LANES = SPECIES.length();

  private final int size;
  private final int streams;

  /** The input's sums without bias, then the gates, then the gradient of these sums. */
  private final float[] gates;

  /**
   * The recurrent sums without bias; then those of the new gate with it; then the gradient of these
   * sums.
   */
  private final float[] recurrent;

  /**
   * Makes a cell that holds zeros.
   *
   * @param size the padded number of hidden units
   * @param streams the number of streams
   * @param maxSteps the greatest number of steps of a window
   * @throws ArithmeticException if an array would have more than 2³¹ elements
   */
  public GruCell(int size, int streams, int maxSteps) {
    this.size = size;
    this.streams = streams;
    int values = Math.multiplyExact(Math.multiplyExact(streams, maxSteps), size);
    gates = new float[Math.multiplyExact(values, GATES)];
    recurrent = new float[gates.length];
  }

  /**
   * Returns rows of the input's sums: without bias before {@link #forward}, their gradient after
   * {@link #backward}.
   *
   * @param from the first row
   * @param count the number of rows
   * @return a view of the rows, {@link #GATES} blocks of values each
   */
  public Matrix inputSums(int from, int count) {
    return rows(gates, from, count);
  }

  /**
   * Returns rows of the recurrent sums: without bias before {@link #forward}, their gradient after
   * {@link #backward}.
   *
   * @param from the first row
   * @param count the number of rows
   * @return a view of the rows, {@link #GATES} blocks of values each
   */
  public Matrix recurrentSums(int from, int count) {
    return rows(recurrent, from, count);
  }

  private Matrix rows(float[] values, int from, int count) {
    int width = GATES * size;
    return Matrix.of(values, from * width, count, width);
  }

  /**
   * Computes the gates and the hidden state of a row, h' = n + z·(h − n).
   *
   * @param row the row, whose sums have no bias yet
   * @param bias holds the biases of both sums
   * @param ofInput the index of the first bias of the input's sums
   * @param ofRecurrent the index of the first bias of the recurrent sums
   * @param hidden receives h' in the row
   * @param hiddenBefore holds h in the row; receives h' in the row of the stream's next step
   */
  public void forward(
      int row, float[] bias, int ofInput, int ofRecurrent, float[] hidden, float[] hiddenBefore) {
    int at = row * GATES * size;
    int newGate = 2 * size;
    addRecurrent(at, bias, ofRecurrent);
    Nonlinearity.SIGMOID.apply(gates, at, newGate, bias, ofInput);
    addReset(at, bias, ofRecurrent + newGate);
    Nonlinearity.TANH.apply(gates, at + newGate, size, bias, ofInput + newGate);
    update(row, hidden, hiddenBefore);
  }

  /** Adds the recurrent sums of the reset and the update gates, with their bias. */
  private void addRecurrent(int at, float[] bias, int fromBias) {
    float[] x = gates;
    float[] h = recurrent;
    int count = 2 * size;
    for (int j = 0; j < count; j += LANES) {
      FloatVector.fromArray(SPECIES, h, at + j)
          .add(FloatVector.fromArray(SPECIES, bias, fromBias + j))
          .add(FloatVector.fromArray(SPECIES, x, at + j))
          .intoArray(x, at + j);
    }
  }

  /** Adds the recurrent sums of the new gate, with their bias, times the reset gate. */
  private void addReset(int at, float[] bias, int fromBias) {
    float[] x = gates;
    float[] h = recurrent;
    int newGate = at + 2 * size;
    int count = size;
    for (int j = 0; j < count; j += LANES) {
      FloatVector sum =
          FloatVector.fromArray(SPECIES, h, newGate + j)
              .add(FloatVector.fromArray(SPECIES, bias, fromBias + j));
      sum.intoArray(h, newGate + j);
      FloatVector.fromArray(SPECIES, x, at + j)
          .fma(sum, FloatVector.fromArray(SPECIES, x, newGate + j))
          .intoArray(x, newGate + j);
    }
  }

  private void update(int row, float[] hidden, float[] hiddenBefore) {
    float[] x = gates;
    int width = size;
    int at = row * width;
    int next = (row + streams) * width;
    int update = row * GATES * width + width;
    for (int j = 0; j < width; j += LANES) {
      FloatVector z = FloatVector.fromArray(SPECIES, x, update + j);
      FloatVector n = FloatVector.fromArray(SPECIES, x, update + width + j);
      FloatVector h = FloatVector.fromArray(SPECIES, hiddenBefore, at + j).sub(n).fma(z, n);
      h.intoArray(hidden, at + j);
      h.intoArray(hiddenBefore, next + j);
    }
  }

  /**
   * Turns the gates of a row into the gradient of both sums, given that of h'.
   *
   * @param row the row
   * @param hiddenBefore holds h in the row
   * @param dHidden the gradient of h', in the row
   * @param dBefore receives the gradient of h, but for the part that goes through the recurrent
   *     sums; a row for each stream
   * @param stream the row of the stream in {@code dBefore}
   */
  public void backward(
      int row, float[] hiddenBefore, float[] dHidden, float[] dBefore, int stream) {
    float[] x = gates;
    float[] h = recurrent;
    int width = size;
    int at = row * width;
    int from = GATES * at;
    int atBefore = stream * width;
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int j = 0; j < width; j += LANES) {
      FloatVector reset = FloatVector.fromArray(SPECIES, x, from + j);
      FloatVector update = FloatVector.fromArray(SPECIES, x, from + width + j);
      FloatVector n = FloatVector.fromArray(SPECIES, x, from + 2 * width + j);
      FloatVector sum = FloatVector.fromArray(SPECIES, h, from + 2 * width + j);
      FloatVector dh = FloatVector.fromArray(SPECIES, dHidden, at + j);
      dh.mul(update).intoArray(dBefore, atBefore + j);
      FloatVector dNew = dh.mul(one.sub(update)).mul(one.sub(n.mul(n)));
      FloatVector dUpdate =
          dh.mul(FloatVector.fromArray(SPECIES, hiddenBefore, at + j).sub(n))
              .mul(update)
              .mul(one.sub(update));
      FloatVector dReset = dNew.mul(sum).mul(reset).mul(one.sub(reset));
      dReset.intoArray(x, from + j);
      dReset.intoArray(h, from + j);
      dUpdate.intoArray(x, from + width + j);
      dUpdate.intoArray(h, from + width + j);
      dNew.intoArray(x, from + 2 * width + j);
      dNew.mul(reset).intoArray(h, from + 2 * width + j);
    }
  }
}
