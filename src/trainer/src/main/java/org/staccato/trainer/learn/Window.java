package org.staccato.trainer.learn;

import java.util.Arrays;

/**
 * The events of one truncation window for the lanes of one thread. Row {@code step · lanes + lane}
 * of each array belongs to a step of a lane.
 */
final class Window {

  /** In place of an item: the lane has nothing at this step. */
  static final int NONE = -1;

  final int lanes;
  final int[] inputs;
  final int[] targets;
  final boolean[] starts;
  int steps;

  Window(int lanes, int maxSteps) {
    int rows = lanes * maxSteps;
    this.lanes = lanes;
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

  void set(int step, int lane, int input, int target, boolean start) {
    int row = step * lanes + lane;
    inputs[row] = input;
    targets[row] = target;
    starts[row] = start;
    steps = Math.max(steps, step + 1);
  }

  int rows() {
    return steps * lanes;
  }
}
