package org.staccato.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The parameters of a layer normalisation, in a weight file.
 *
 * @param memory the weight file, off the heap
 * @param gain the offset of the gains, padded with zeros to groups of 16
 * @param bias the offset of the biases, padded likewise
 * @param size the number of elements of a vector
 * @param epsilon what is added to the variance
 */
public record Normalization(MemorySegment memory, long gain, long bias, int size, float epsilon) {

  /** {@return the groups that are full of elements} */
  public int fullGroups() {
    return size / Kernels.GROUP;
  }

  /** {@return the groups of a vector, the padding of the last one included} */
  public int groups() {
    return Math.ceilDiv(size, Kernels.GROUP);
  }
}
