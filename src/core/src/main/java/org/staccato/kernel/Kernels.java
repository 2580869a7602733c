package org.staccato.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The loops that a step and a ranking consist of.
 *
 * <p>All floats are little-endian; all offsets and sizes are bytes unless they are named as counts.
 * Hidden units and items come in <em>groups</em> of {@link #LANES}, the last one padded with zeros,
 * whatever the width of the machine's registers. A layer's weights lie in panels {@code
 * [group][input][gate][16]} and its gates as {@code [group][gate][16]}, in the gate order input,
 * forget, candidate, output.
 *
 * <p>Two kinds of memory, which must not be mixed up: {@code weights} is the mapping of a weight
 * file, everything else is native memory. The just-in-time compiler makes good code for one class
 * of segment per parameter only, so the vector backend refuses any other.
 *
 * <p>Every access is checked against the bounds of its segment. Implementations are stateless and
 * thread-safe, and allocate nothing once they are compiled; the caller sees to it that no memory is
 * written by one thread while another uses it.
 */
public interface Kernels {

  /** The floats in a group: one cache line. */
  int LANES = 16;

  /** The gates of an LSTM cell. */
  int GATES = 4;

  /** The bytes of one row of a group of scores or states. */
  long GROUP_BYTES = LANES * Float.BYTES;

  /** The bytes of all gates of a group, and of one input's weights in a group's panel. */
  long GATE_BYTES = GATES * GROUP_BYTES;

  /** {@return the name of the backend, such as {@code vector-512} or {@code scalar}} */
  String name();

  /**
   * Sets the gates to a row of the weight file: a bias, or the folded inputs of an item.
   *
   * @param weights the mapping of a weight file
   * @param row the offset of the row, {@code [group][gate][16]}
   * @param groups the number of groups
   * @param gates receives the row at offset 0
   */
  void loadGates(MemorySegment weights, long row, int groups, MemorySegment gates);

  /**
   * Adds a matrix-vector product to the gates: {@code gates += panel · x}.
   *
   * @param weights the mapping of a weight file
   * @param panel the offset of the panels, {@code [group][input][gate][16]}
   * @param groups the number of groups
   * @param inputs the number of inputs, at least 1
   * @param x holds the inputs
   * @param xOffset the offset of the first input
   * @param gates the sums, at offset 0
   */
  void accumulateGates(
      MemorySegment weights,
      long panel,
      int groups,
      int inputs,
      MemorySegment x,
      long xOffset,
      MemorySegment gates);

  /**
   * Replaces each value by its hyperbolic tangent, to within {@link TanhApproximation#MAX_ULP}
   * units in the last place. NaN stays NaN.
   *
   * @param values the values
   * @param offset the offset of the first
   * @param groups how many times 16 values there are
   */
  void tanh(MemorySegment values, long offset, int groups);

  /**
   * Advances the cells of a layer from its activated gates: c ← f·c + i·g and h ← o·tanh(c), where
   * each of i, f and o is ½ + ½t of the gate's value t, since σ(x) = ½ + ½·tanh(x/2) and the inner
   * ½ is part of the packed weights.
   *
   * @param gates the tanh of the gates' sums, at offset 0
   * @param state the memory of c and h
   * @param cell the offset of c
   * @param hidden the offset of h, which is overwritten
   * @param groups the number of groups
   */
  void updateCell(MemorySegment gates, MemorySegment state, long cell, long hidden, int groups);

  /**
   * Scores the items of consecutive groups: {@code scores = bias + panel · h}.
   *
   * @param weights the mapping of a weight file
   * @param panel the offset of the first group's panel, {@code [group][hidden unit][16]}
   * @param bias the offset of the first group's biases, {@code [group][16]}
   * @param groups the number of groups
   * @param units the number of hidden units, at least 1
   * @param state holds the hidden state
   * @param hidden the offset of the hidden state
   * @param scores receives {@code [group][16]} at offset 0
   */
  void scoreItems(
      MemorySegment weights,
      long panel,
      long bias,
      int groups,
      int units,
      MemorySegment state,
      long hidden,
      MemorySegment scores);

  /**
   * Finds the first group that holds a score above a threshold; NaN is above nothing.
   *
   * @param scores the scores, {@code [group][16]} at offset 0
   * @param from the first group to look at
   * @param to the group to stop before
   * @param threshold what a score must exceed
   * @return the group, or {@code to} if there is none
   */
  int firstGroupAbove(MemorySegment scores, int from, int to, float threshold);
}
