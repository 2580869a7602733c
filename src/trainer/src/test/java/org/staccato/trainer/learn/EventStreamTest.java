package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.staccato.trainer.sequence.Sequences;

/** Every pair of neighbours is learnt exactly once, in order within its lane. */
class EventStreamTest {

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @RepeatedTest(50)
  void everyPairOccursExactlyOnce() {
    int[] lengths = random.ints(1 + random.nextInt(40), 0, 20).toArray();
    Sequences sequences = numbered(lengths);
    int lanes = 1 + random.nextInt(20);
    int maxSteps = 1 + random.nextInt(9);
    long round = random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(30);
    EventStream stream = new EventStream(sequences, identity(lengths.length), lanes, round);

    boolean[] seen = new boolean[sequences.items()];
    int[] last = new int[lanes];
    Arrays.fill(last, -1);
    Window[] windows = {new Window(16, maxSteps), new Window(16, maxSteps)};
    int pairs = 0;
    int windowsSeen = 0;
    int found;
    while ((found = stream.next(windows, maxSteps)) > 0) {
      pairs += found;
      windowsSeen++;
      for (int lane = 0; lane < lanes; lane++) {
        Window window = windows[lane % 2];
        for (int step = 0; step < window.steps; step++) {
          int row = step * window.lanes + lane / 2;
          int input = window.inputs[row];
          if (input == Window.NONE) {
            assertEquals(Window.NONE, window.targets[row]);
            continue;
          }
          assertEquals(input + 1, window.targets[row], "neighbours, seed " + seed);
          assertTrue(!seen[input], "once, seed " + seed);
          seen[input] = true;
          if (!window.starts[row]) {
            assertEquals(last[lane] + 1, input, "carried state, seed " + seed);
          }
          last[lane] = input;
        }
      }
    }
    int expected = Arrays.stream(lengths).map(length -> Math.max(0, length - 1)).sum();
    assertEquals(expected, pairs, "seed " + seed);
    assertEquals(expected, stream.pairs());
    assertEquals(windowsSeen, stream.windows(maxSteps), "seed " + seed);
  }

  @Test
  void oneLongSequenceKeepsAllLanesBusy() {
    EventStream stream =
        new EventStream(numbered(new int[] {100_001}), identity(1), 10, Long.MAX_VALUE);
    Window[] windows = {new Window(16, 100)};
    for (int i = 0; i < 100; i++) {
      assertEquals(1000, stream.next(windows, 100));
    }
    assertEquals(0, stream.next(windows, 100));
  }

  @Test
  void inRoundsTheLanesAdvanceThroughTheOrderTogether() {
    int[] lengths = new int[1000];
    Arrays.fill(lengths, 5);
    EventStream stream = new EventStream(numbered(lengths), identity(1000), 4, 40);
    Window[] windows = {new Window(16, 20)};
    int highest = 0;
    while (stream.next(windows, 20) > 0) {
      int lowest = Integer.MAX_VALUE;
      int reached = 0;
      for (int row = 0; row < windows[0].rows(); row++) {
        if (windows[0].inputs[row] != Window.NONE) {
          lowest = Math.min(lowest, windows[0].inputs[row]);
          reached = Math.max(reached, windows[0].inputs[row]);
        }
      }
      assertTrue(lowest > highest - 4 * 50 - 5, "a lane is more than a round behind");
      highest = Math.max(highest, reached);
    }
  }

  @Test
  void sequencesWithoutNeighboursLeaveNothingToLearn() {
    EventStream stream =
        new EventStream(numbered(new int[] {1, 0, 1}), identity(3), 4, Long.MAX_VALUE);
    assertEquals(0, stream.next(new Window[] {new Window(16, 5)}, 5));
    assertEquals(0, new EventStream(numbered(new int[0]), identity(0), 4, 8).pairs());
  }

  /** Sequences whose items count up, with a gap between sequences. */
  private static Sequences numbered(int[] lengths) {
    int[][] sequences = new int[lengths.length][];
    int next = 0;
    for (int i = 0; i < lengths.length; i++) {
      int first = next;
      sequences[i] = new int[lengths[i]];
      Arrays.setAll(sequences[i], position -> first + position);
      next += lengths[i] + 1;
    }
    return Sequences.of(next + 1, sequences);
  }

  private static int[] identity(int count) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    return order;
  }
}
