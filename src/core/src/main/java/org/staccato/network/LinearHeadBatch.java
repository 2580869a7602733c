package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.kernel.BatchScratch;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.kernel.Vectors;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;

/**
 * Computes the sums of a head for many states, a block at a time, with each weight read once for
 * four of them: bit for bit those of {@link LinearHead#score}. It owns all scratch; it is confined
 * to one thread at a time. It is valid while the weight file is open, and afterwards all methods
 * that compute throw {@link IllegalStateException}.
 */
public final class LinearHeadBatch {
  private final LinearHead head;
  private final long stride;
  private final Vectors hiddens;
  private final Vectors scores;
  private final BatchScratch scratch;

  /**
   * Reuses the scratch of a batch where it is large enough, without writing it, and allocates the
   * rest.
   *
   * @param head the head
   * @param capacity the most states, at least 1
   * @param before the batch, which must not be used at the same time as this one, or null
   */
  @SuppressWarnings("exports") // The annotations are for the compiler only.
  public LinearHeadBatch(LinearHead head, int capacity, @Nullable LinearHeadBatch before) {
    int inputs = head.weights().inputs();
    int padded = LayerBatch.padded(capacity);
    MemorySegment none = MemorySegment.NULL;
    this.head = head;
    this.stride = RowOrder.groups(inputs) * Kernels.GROUP_BYTES;
    hiddens =
        new Vectors(
            OffHeap.atLeast(padded * stride, before == null ? none : before.hiddens.memory()),
            0,
            stride);
    scores =
        new Vectors(
            OffHeap.atLeast(
                padded * Panels.ROW_BYTES, before == null ? none : before.scores.memory()),
            0,
            Panels.ROW_BYTES);
    scratch = BatchScratch.of(inputs, before == null ? null : before.scratch);
  }

  /**
   * Sets a state.
   *
   * @param index its place in the batch
   * @param state a state of the stack below, whose hidden values are copied
   */
  public void setState(int index, MemorySegment state) {
    MemorySegment.copy(state, head.hidden(), hiddens.memory(), index * stride, stride);
  }

  /**
   * Computes the sums of one block.
   *
   * @param number the block
   * @param count the number of states that were set, 1 to the capacity
   */
  public void score(int number, int count) {
    Kernels kernels = head.kernels();
    long row = head.bias() + number * Panels.ROW_BYTES;
    for (int i = 0; i < count; i++) {
      kernels.copyRow(head.file(), row, LinearHead.GROUPS, scores.memory(), i * Panels.ROW_BYTES);
    }
    int padded = LayerBatch.padded(count);
    kernels.addProducts(head.weights(), number, hiddens, padded, scores, 0, scratch);
  }

  /**
   * Finds the first group of the scores of a state with one above a threshold.
   *
   * @param index the state's place in the batch
   * @param from the group of the block to start at
   * @param threshold the score to exceed; NaN never exceeds it
   * @return the group, or {@link LinearHead#GROUPS} if there is none
   */
  public int firstGroupAbove(int index, int from, float threshold) {
    int first = index * LinearHead.GROUPS;
    int end = first + LinearHead.GROUPS;
    return head.kernels().firstGroupAbove(scores.memory(), first + from, end, threshold) - first;
  }

  /**
   * Returns a score.
   *
   * @param index the state's place in the batch
   * @param row the row of the block
   * @return the score
   */
  public float scoreOf(int index, int row) {
    return scores.memory().getAtIndex(LittleEndian.FLOAT, (long) index * LinearHead.BLOCK + row);
  }

  /**
   * Copies the scores of a state.
   *
   * @param index the state's place in the batch
   * @param rows the number of rows of the block
   * @param target receives their scores
   * @param from the index of the first in the target
   */
  public void copyScores(int index, int rows, float[] target, int from) {
    MemorySegment.copy(
        scores.memory(), LittleEndian.FLOAT, index * Panels.ROW_BYTES, target, from, rows);
  }
}
