package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.model.EventAttribute;

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

  /** For each attribute of the network the values of the events. */
  final int[][] attributes;

  /** The values of the targets, for a network that predicts values. */
  final float[] values;

  int steps;

  Window(int streams, int maxSteps) {
    this(streams, maxSteps, 0);
  }

  /**
   * Makes a window.
   *
   * @param attributeCount the number of attributes of the network
   */
  Window(int streams, int maxSteps, int attributeCount) {
    this.streams = streams;
    this.maxSteps = maxSteps;
    int rows = Math.multiplyExact(streams, maxSteps);
    inputs = new int[rows];
    targets = new int[rows];
    starts = new boolean[rows];
    attributes = new int[attributeCount][rows];
    values = new float[rows];
  }

  void clear() {
    steps = 0;
    Arrays.fill(inputs, NONE);
    Arrays.fill(targets, NONE);
    Arrays.fill(starts, true);
    for (int[] each : attributes) {
      Arrays.fill(each, EventAttribute.UNKNOWN);
    }
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
