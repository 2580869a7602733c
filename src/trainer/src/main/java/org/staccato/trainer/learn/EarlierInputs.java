package org.staccato.trainer.learn;

import java.util.Arrays;

/**
 * The last inputs of each row of a window within its sequence, those of the windows before
 * included, into which no gradient reaches back. Confined to one thread at a time.
 */
final class EarlierInputs {
  private final int most;
  private final Rows input;
  private final Window window;

  /** How many inputs before its own each row has. */
  private final int[] reach;

  /** The same of each stream at the end of the window before; −1 for nothing yet. */
  private final int[] carriedReach;

  /** The inputs before the window, a row for each step back and stream, and those for the next. */
  private float[] before;

  private float[] carried;

  /**
   * Allocates room.
   *
   * @param most the most inputs that a row has before its own
   */
  EarlierInputs(int most, Rows input, Window window) {
    this.most = most;
    this.input = input;
    this.window = window;
    reach = new int[window.maxRows()];
    carriedReach = new int[window.streams];
    Arrays.fill(carriedReach, -1);
    before = new float[Math.multiplyExact(most, window.streams * input.width())];
    carried = before.clone();
  }

  /** Takes the inputs of a new window, which stay as they are until the next. */
  void start() {
    if (window.steps == 0) {
      return;
    }
    float[] swapped = before;
    before = carried;
    carried = swapped;
    for (int row = 0; row < window.rows(); row++) {
      int last = row < window.streams ? carriedReach[row] : reach[row - window.streams];
      reach[row] = window.starts[row] ? 0 : Math.min(most, last + 1);
    }
    for (int stream = 0; stream < window.streams; stream++) {
      carry(stream);
    }
  }

  /** Keeps the last inputs of a stream for the next window. */
  private void carry(int stream) {
    int last = window.rows() - window.streams + stream;
    carriedReach[stream] = reach[last];
    for (int back = 0; back < Math.min(reach[last] + 1, most); back++) {
      int to = (back * window.streams + stream) * input.width();
      System.arraycopy(values(last, back), offset(last, back), carried, to, input.width());
    }
  }

  /** Returns how many inputs a row has before its own, at most the most. */
  int reach(int row) {
    return reach[row];
  }

  /** Returns whether the input of some steps before a row is one of the window. */
  boolean isWithin(int row, int back) {
    return row - back * window.streams >= 0;
  }

  /** Returns the array that holds the input of some steps before a row, 0 for its own. */
  float[] values(int row, int back) {
    return isWithin(row, back) ? input.values() : before;
  }

  /** Returns the place of that input in its array, and in the gradient if it is within. */
  int offset(int row, int back) {
    if (isWithin(row, back)) {
      return (row - back * window.streams) * input.width();
    }
    int stepsBefore = back - row / window.streams;
    return ((stepsBefore - 1) * window.streams + row % window.streams) * input.width();
  }
}
