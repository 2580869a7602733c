package org.staccato.trainer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The element-wise part of an LSTM cell for one lane and one time step, forward and backward.
 *
 * <p>A row of gates holds four blocks of {@code size} values, in the order input, forget,
 * candidate, output; {@code size} is the padded number of hidden units. (S. Hochreiter and J.
 * Schmidhuber, 1997; F. Gers et al., 2000.)
 */
public final class LstmCell {

  private static final VectorSpecies<Float> SPECIES = Lanes.FLOAT;
  private static final int LANES = SPECIES.length();

  private LstmCell() {}

  /**
   * Applies the activations to a row of gate sums.
   *
   * @param gates the sums without bias; becomes i, f, g, o
   * @param from the index of the row's first value
   * @param size the padded number of hidden units
   * @param bias four blocks of addends
   * @param fromBias the index of the first addend
   */
  public static void activate(float[] gates, int from, int size, float[] bias, int fromBias) {
    Activation.tanh(gates, from, 2 * size, bias, fromBias, 0.5f, 0.5f, 0.5f);
    Activation.tanh(gates, from + 2 * size, size, bias, fromBias + 2 * size, 1f, 1f, 0f);
    Activation.tanh(gates, from + 3 * size, size, bias, fromBias + 3 * size, 0.5f, 0.5f, 0.5f);
  }

  /**
   * The new memory: c' = f·c + i·g.
   *
   * @param gates the activated gates
   * @param from the index of the row's first value
   * @param size the padded number of hidden units
   * @param before the memory c
   * @param atBefore the index of its first value
   * @param after receives c'
   * @param atAfter the index of its first value
   * @param copy receives c' as well
   * @param atCopy the index of its first value
   */
  public static void remember(
      float[] gates,
      int from,
      int size,
      float[] before,
      int atBefore,
      float[] after,
      int atAfter,
      float[] copy,
      int atCopy) {
    for (int j = 0; j < size; j += LANES) {
      FloatVector input = FloatVector.fromArray(SPECIES, gates, from + j);
      FloatVector forget = FloatVector.fromArray(SPECIES, gates, from + size + j);
      FloatVector candidate = FloatVector.fromArray(SPECIES, gates, from + 2 * size + j);
      FloatVector memory =
          forget.fma(FloatVector.fromArray(SPECIES, before, atBefore + j), input.mul(candidate));
      memory.intoArray(after, atAfter + j);
      memory.intoArray(copy, atCopy + j);
    }
  }

  /**
   * The new hidden state: h = o·tanh(c').
   *
   * @param gates the activated gates
   * @param from the index of the row's first value
   * @param size the padded number of hidden units
   * @param tanhMemory tanh(c')
   * @param atMemory the index of its first value
   * @param hidden receives h
   * @param atHidden the index of its first value
   * @param copy receives h as well
   * @param atCopy the index of its first value
   */
  public static void expose(
      float[] gates,
      int from,
      int size,
      float[] tanhMemory,
      int atMemory,
      float[] hidden,
      int atHidden,
      float[] copy,
      int atCopy) {
    for (int j = 0; j < size; j += LANES) {
      FloatVector h =
          FloatVector.fromArray(SPECIES, gates, from + 3 * size + j)
              .mul(FloatVector.fromArray(SPECIES, tanhMemory, atMemory + j));
      h.intoArray(hidden, atHidden + j);
      h.intoArray(copy, atCopy + j);
    }
  }

  /**
   * Turns the activated gates of a row into the gradient of their sums, given those of h and c'.
   *
   * @param gates the activated gates; becomes the gradient of the gate sums
   * @param from the index of the row's first value
   * @param size the padded number of hidden units
   * @param before the memory c before the step
   * @param tanhMemory tanh(c')
   * @param dHidden the gradient of h
   * @param at the index of the first value in these three
   * @param dMemory on entry the gradient of c' from the next step, on return that of c
   * @param atMemory the index of its first value
   */
  public static void backward(
      float[] gates,
      int from,
      int size,
      float[] before,
      float[] tanhMemory,
      float[] dHidden,
      int at,
      float[] dMemory,
      int atMemory) {
    for (int j = 0; j < size; j += LANES) {
      FloatVector input = FloatVector.fromArray(SPECIES, gates, from + j);
      FloatVector forget = FloatVector.fromArray(SPECIES, gates, from + size + j);
      FloatVector candidate = FloatVector.fromArray(SPECIES, gates, from + 2 * size + j);
      FloatVector output = FloatVector.fromArray(SPECIES, gates, from + 3 * size + j);
      FloatVector tanh = FloatVector.fromArray(SPECIES, tanhMemory, at + j);
      FloatVector dh = FloatVector.fromArray(SPECIES, dHidden, at + j);
      FloatVector one = FloatVector.broadcast(SPECIES, 1f);
      FloatVector dc =
          dh.mul(output)
              .fma(
                  tanh.mul(tanh).neg().add(one),
                  FloatVector.fromArray(SPECIES, dMemory, atMemory + j));
      dh.mul(tanh).mul(output).mul(one.sub(output)).intoArray(gates, from + 3 * size + j);
      dc.mul(input).mul(one.sub(candidate.mul(candidate))).intoArray(gates, from + 2 * size + j);
      dc.mul(FloatVector.fromArray(SPECIES, before, at + j))
          .mul(forget)
          .mul(one.sub(forget))
          .intoArray(gates, from + size + j);
      dc.mul(candidate).mul(input).mul(one.sub(input)).intoArray(gates, from + j);
      dc.mul(forget).intoArray(dMemory, atMemory + j);
    }
  }
}
