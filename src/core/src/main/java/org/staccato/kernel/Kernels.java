package org.staccato.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The loops of a step and a ranking.
 *
 * <p>All floats are little-endian; all offsets are bytes. Matrices lie in {@link Panels}; the
 * result of a product, one float for each row, lies in the order of the rows, padding included.
 * Hidden units come in <em>groups</em> of {@link #GROUP}, the last one padded with zeros. The rows
 * of an LSTM are {@code [group][gate][16]} with the input, forget, cell and output gates; those of
 * a GRU are {@code [group][gate][16]} with the reset and update gates, then {@code [group][16]} of
 * the new gate. The rows of all gates that end in a σ are halved, since σ(x) = ½ + ½·tanh(x/2).
 *
 * <p>A product reads its inputs in fours: zeros must follow the last input, up to a multiple of
 * {@link Panels#INPUTS}.
 *
 * <p>{@code weights} is a weight file, mapped or copied; everything else is native memory of {@link
 * org.staccato.memory.OffHeap}. Heap segments are refused. Every access is checked against the
 * bounds of its segment.
 *
 * <p>Implementations are stateless and thread-safe, and allocate nothing once they are compiled;
 * the caller must not let one thread write memory while another uses it. The vector backends of all
 * widths add in the same order and give the same bits.
 */
public interface Kernels {

  /** The floats in a group: one cache line. */
  int GROUP = 16;

  /** The bytes of a group of floats. */
  long GROUP_BYTES = GROUP * Float.BYTES;

  /** The rows of an LSTM for each hidden unit. */
  int LSTM_GATES = 4;

  /** The rows of a GRU for each hidden unit. */
  int GRU_GATES = 3;

  /**
   * The largest absolute value that {@link #limit} leaves: products of it with any weights of a
   * file and their sums are finite.
   */
  float LARGEST = 0x1p40f;

  /** The vectors that {@link #addProducts} takes at a time. */
  int BATCH = 4;

  /** The rows that {@link #addRowProducts} takes. */
  int ROWS_TOGETHER = 4;

  /** {@return the name of the backend, such as {@code vector-512} or {@code scalar}} */
  String name();

  /**
   * Sets sums to a row of the weight file, such as a bias, or to another vector.
   *
   * @param weights the weight file, or the memory of the vector
   * @param row the offset of the row
   * @param groups the number of groups
   * @param sums receives the row
   * @param sum the offset of the first sum
   */
  void copyRow(MemorySegment weights, long row, int groups, MemorySegment sums, long sum);

  /**
   * Adds a multiple of a row of the weight file, or of another vector: {@code sums += factor ·
   * row}.
   *
   * @param weights the weight file, or the memory of the vector
   * @param row the offset of the row
   * @param groups the number of groups
   * @param factor the factor; 1 adds the row as it is
   * @param sums the sums
   * @param sum the offset of the first sum
   */
  void addRow(
      MemorySegment weights, long row, int groups, float factor, MemorySegment sums, long sum);

  /**
   * Adds the product, element by element, of a row of the weight file and a vector: {@code sums +=
   * row ⊙ x}.
   *
   * @param weights the weight file
   * @param row the offset of the row
   * @param groups the number of groups
   * @param x holds the vector
   * @param input the offset of its first element
   * @param sums the sums, which do not overlap the vector
   * @param sum the offset of the first sum
   */
  void addElements(
      MemorySegment weights,
      long row,
      int groups,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum);

  /**
   * Returns the dot product of two vectors.
   *
   * @param x holds the first vector
   * @param from the offset of its first element
   * @param y holds the second vector
   * @param at the offset of its first element
   * @param groups the number of groups, whose padding is zero in one of them at least
   * @return the sum of the products
   */
  float dotProduct(MemorySegment x, long from, MemorySegment y, long at, int groups);

  /**
   * Adds a matrix-vector product: {@code sums += panels · x} for some blocks of rows.
   *
   * @param panels the matrix
   * @param first the first block
   * @param count the number of blocks
   * @param x holds the inputs
   * @param input the offset of the first input
   * @param sums the sums of these blocks
   * @param sum the offset of the first sum
   */
  void addProduct(
      Panels panels,
      int first,
      int count,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum);

  /**
   * Adds the products of one block of a matrix with a batch of vectors, bit for bit those of {@link
   * #addProduct}, with each weight read once for {@link #BATCH} of them.
   *
   * @param panels the matrix
   * @param block the block
   * @param x the vectors; there are a multiple of {@link #BATCH}, perhaps with padding
   * @param count the number of vectors, that multiple
   * @param sums the sums of all vectors
   * @param sum the offset of this block's sums in those of a vector
   * @param scratch scratch for as many inputs
   */
  void addProducts(
      Panels panels, int block, Vectors x, int count, Vectors sums, long sum, BatchScratch scratch);

  /**
   * Computes one sum of a product, bit for bit what {@link #addProduct} adds to {@code start}.
   *
   * @param panels the matrix, of type F32 or BF16
   * @param row the row
   * @param x holds the inputs
   * @param input the offset of the first input
   * @param start the start of the sum
   * @return the sum
   */
  float rowProduct(Panels panels, int row, MemorySegment x, long input, float start);

  /**
   * Adds four sums of a product, each bit for bit what {@link #addProduct} adds. For rows that lie
   * far apart it waits less for memory than four calls of {@link #rowProduct}.
   *
   * @param panels the matrix, of type F32 or BF16
   * @param rows holds the four rows
   * @param from the place of the first of them
   * @param x holds the inputs
   * @param input the offset of the first input
   * @param sums four sums
   * @param sum the offset of the first of them
   */
  void addRowProducts(
      Panels panels,
      int[] rows,
      int from,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum);

  /**
   * Replaces each value by its hyperbolic tangent, to within {@link TanhApproximation#MAX_ULP}
   * units in the last place. NaN stays NaN.
   *
   * @param values the values
   * @param offset the offset of the first
   * @param groups the number of groups
   */
  void tanh(MemorySegment values, long offset, int groups);

  /**
   * Replaces each value x by x·Φ(x), the Gaussian error linear unit, to within {@link
   * GeluApproximation#MAX_ULP} units in the last place. NaN stays NaN.
   *
   * @param values the values
   * @param offset the offset of the first
   * @param groups the number of groups
   */
  void gelu(MemorySegment values, long offset, int groups);

  /**
   * Advances the cells of an LSTM from the sums of its gates: c ← σ(f)·c + σ(i)·tanh(g) and h ←
   * σ(o)·tanh(c).
   *
   * @param sums the sums of all gates, which are overwritten
   * @param sum the offset of the first sum
   * @param state the memory of c and h
   * @param cell the offset of c
   * @param hidden the offset of h, which is overwritten
   * @param groups the number of groups
   */
  void advanceLstm(
      MemorySegment sums, long sum, MemorySegment state, long cell, long hidden, int groups);

  /**
   * Advances the hidden state of a GRU, PyTorch's form: with r = σ(xᵣ + hᵣ), z = σ(x_z + h_z) and n
   * = tanh(xₙ + r·hₙ), where x and h are the input's and the recurrent sums, h ← n + z·(h − n).
   *
   * @param inputSums the input's sums of all gates, which are overwritten
   * @param inputSum the offset of the first of them
   * @param recurrentSums the recurrent sums of all gates
   * @param recurrentSum the offset of the first of them
   * @param state the memory of h
   * @param hidden the offset of h
   * @param groups the number of groups
   */
  void advanceGru(
      MemorySegment inputSums,
      long inputSum,
      MemorySegment recurrentSums,
      long recurrentSum,
      MemorySegment state,
      long hidden,
      int groups);

  /**
   * Normalises a vector: y ← gain·(x − μ)/√(σ² + ε) + bias, with the mean μ and the variance σ² of
   * its elements. Sums have sixteen lanes, which are added one after the other.
   *
   * @param normalization the parameters
   * @param x holds the vector; what lies behind it in its last group is finite
   * @param from the offset of its first element
   * @param y receives whole groups, zeros behind the last element; they do not overlap the vector
   * @param to the offset of the first
   */
  void normalize(Normalization normalization, MemorySegment x, long from, MemorySegment y, long to);

  /**
   * Replaces values beyond ±{@link #LARGEST} by it. A layer whose output its weights alone bound
   * limits it so, since the weights of a file that somebody tampered with may be huge, and the next
   * layer multiplies by such weights again. NaN stays NaN.
   *
   * @param values the values
   * @param offset the offset of the first
   * @param groups the number of groups
   */
  void limit(MemorySegment values, long offset, int groups);

  /**
   * Finds the largest of some values.
   *
   * @param values the values
   * @param offset the offset of the first
   * @param groups the number of groups, at least 1
   * @return the largest
   */
  float largest(MemorySegment values, long offset, int groups);

  /**
   * Adds the exponentials of some values, {@code Σ e^(value − greatest)}; see {@link
   * ExponentialApproximation}. The sum of many groups is exact to the rounding of as many additions
   * of floats.
   *
   * @param values the values, none above the greatest; −∞ counts nothing
   * @param offset the offset of the first
   * @param groups the number of groups
   * @param greatest the number to subtract, finite
   * @param lanes scratch, a group of floats at offset 0
   * @return the sum
   */
  float sumOfExponentials(
      MemorySegment values, long offset, int groups, float greatest, MemorySegment lanes);

  /**
   * Finds the first group that holds a score above a threshold; NaN is above nothing.
   *
   * @param scores the scores, {@code [group][16]} at offset 0
   * @param from the first group to look at
   * @param to the group to stop before
   * @param threshold the score to exceed
   * @return the group, or {@code to} if there is none
   */
  int firstGroupAbove(MemorySegment scores, int from, int to, float threshold);
}
