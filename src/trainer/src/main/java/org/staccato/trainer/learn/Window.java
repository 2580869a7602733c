package org.staccato.trainer.learn;

import java.util.Arrays;

/**
 * The events of one truncation window for the streams of one thread. Row {@code step · streams +
 * stream} of each array belongs to a step of a stream.
 */
final class Window {

  /** Stands for an item where the stream has no event at a step. */
  static final int NONE = -1;

  final int streams;
  final int maxSteps;
  final int[] inputs;
  final int[] targets;

  /** Whether a sequence starts at the step; also true where the stream has no event. */
  final boolean[] starts;

  int steps;

  Window(int streams, int maxSteps) {
    this.streams = streams;
    this.maxSteps = maxSteps;
    int rows = Math.multiplyExact(streams, maxSteps);
    inputs = new int[rows];
    targets = new int[rows];
    starts = new boolean[rows];
  }

  void clear() {
    steps = 0;
    Arrays.fill(inputs, NONE);
    Arrays.fill(targets, NONE);
    Arrays.fill(starts, true);
  }

  void set(int step, int stream, int input, int target, boolean start) {
    int row = step * streams + stream;
    inputs[row] = input;
    targets[row] = target;
    starts[row] = start;
    steps = Math.max(steps, step + 1);
  }

  int rows() {
    return steps * streams;
  }

  int maxRows() {
    return maxSteps * streams;
  }
}
