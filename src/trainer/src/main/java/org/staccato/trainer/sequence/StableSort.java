package org.staccato.trainer.sequence;

/** Sorts indices by keys in another array; equal keys keep their order. */
final class StableSort {
  private static final int INSERTION = 16;

  private StableSort() {}

  /**
   * Sorts a slice by merging. Slices that are already sorted, the common case in logs, take one
   * pass.
   *
   * @param indices the indices to sort
   * @param from the start of the slice
   * @param to the end of the slice, exclusive
   * @param keys the keys; {@code keys[index]} decides the order
   * @param scratch scratch memory, at least as long as {@code indices}
   */
  static void sort(int[] indices, int from, int to, long[] keys, int[] scratch) {
    if (to - from <= INSERTION) {
      for (int i = from + 1; i < to; i++) {
        int index = indices[i];
        int j = i;
        while (j > from && keys[indices[j - 1]] > keys[index]) {
          indices[j] = indices[j - 1];
          j--;
        }
        indices[j] = index;
      }
      return;
    }
    int middle = (from + to) >>> 1;
    sort(indices, from, middle, keys, scratch);
    sort(indices, middle, to, keys, scratch);
    if (keys[indices[middle - 1]] <= keys[indices[middle]]) {
      return;
    }
    System.arraycopy(indices, from, scratch, from, middle - from);
    int left = from;
    int right = middle;
    int out = from;
    while (left < middle) {
      if (right < to && keys[indices[right]] < keys[scratch[left]]) {
        indices[out++] = indices[right++];
      } else {
        indices[out++] = scratch[left++];
      }
    }
  }
}
