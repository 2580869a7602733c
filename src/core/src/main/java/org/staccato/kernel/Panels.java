package org.staccato.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The place of a matrix in a weight file, packed for the products.
 *
 * <p>Its rows come in blocks of {@link #ROWS}, its inputs in fours; both are padded with zeros. A
 * block is a run of 32-bit words {@code [word][row]}, a word holding one, two or four consecutive
 * inputs of a row, as its {@link WeightType} says: one ascending stream, whatever the width of the
 * machine's registers.
 *
 * @param memory the weight file, off the heap
 * @param type the type of the weights
 * @param offset the offset of the words in the file, in bytes
 * @param scales the offset of the rows' scales in the file, in bytes, if the type has any, else 0
 * @param blocks the number of blocks, at least 1
 * @param inputs the number of inputs, padded: a multiple of {@link #INPUTS}
 */
public record Panels(
    MemorySegment memory, WeightType type, long offset, long scales, int blocks, int inputs) {

  /** The rows of a block. */
  public static final int ROWS = 64;

  /** The inputs that the products take at a time. */
  public static final int INPUTS = 4;

  /** The bytes of one float, or one word, for each row of a block. */
  public static final long ROW_BYTES = (long) ROWS * Float.BYTES;

  /**
   * Computes the number of blocks that hold a number of rows.
   *
   * @param rows a number of rows
   * @return the number of blocks
   */
  public static int blocksOf(int rows) {
    return Math.ceilDiv(rows, ROWS);
  }

  /**
   * Computes the number of inputs that are stored for a number of inputs.
   *
   * @param inputs a number of inputs
   * @return the next multiple of {@link #INPUTS}
   */
  public static int padded(int inputs) {
    return Math.ceilDiv(inputs, INPUTS) * INPUTS;
  }

  /** {@return the words of a row of a block} */
  public int words() {
    return inputs / type.inputsPerWord();
  }

  /**
   * Finds the first word of a row.
   *
   * @param row a row
   * @return the offset of the word in the file; the next is {@link #ROW_BYTES} behind it
   */
  public long wordOf(int row) {
    return offset + row / ROWS * blockBytes() + (long) (row % ROWS) * Float.BYTES;
  }

  /** {@return the bytes of a block} */
  public long blockBytes() {
    return words() * ROW_BYTES;
  }
}
