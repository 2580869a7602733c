package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.sequence.Sequences;

/** Every pair of neighbours is learnt exactly once, in order within its stream. */
class EventStreamsTest {

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @RepeatedTest(50)
  void everyPairOccursExactlyOnce() {
    int[] lengths = random.ints(1 + random.nextInt(40), 0, 20).toArray();
    Sequences sequences = numbered(lengths);
    int batchSize = 1 + random.nextInt(20);
    int maxSteps = 1 + random.nextInt(9);
    long round = random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(30);
    EventStreams streams = new EventStreams(sequences, identity(lengths.length), batchSize, round);

    boolean[] seen = new boolean[sequences.items()];
    int[] last = new int[batchSize];
    Arrays.fill(last, -1);
    Window[] windows = {new Window(16, maxSteps), new Window(16, maxSteps)};
    int pairs = 0;
    int windowsSeen = 0;
    int found;
    while ((found = streams.next(windows)) > 0) {
      pairs += found;
      windowsSeen++;
      for (int stream = 0; stream < batchSize; stream++) {
        Window window = windows[stream % 2];
        for (int step = 0; step < window.steps; step++) {
          int row = step * window.streams + stream / 2;
          int input = window.inputs[row];
          if (input == Window.NONE) {
            assertEquals(Window.NONE, window.targets[row]);
            continue;
          }
          assertEquals(input + 1, window.targets[row], "neighbours, seed " + seed);
          assertTrue(!seen[input], "once, seed " + seed);
          seen[input] = true;
          if (!window.starts[row]) {
            assertEquals(last[stream] + 1, input, "carried state, seed " + seed);
          }
          last[stream] = input;
        }
      }
    }
    int expected = Arrays.stream(lengths).map(length -> Math.max(0, length - 1)).sum();
    assertEquals(expected, pairs, "seed " + seed);
    assertEquals(expected, streams.pairs());
    assertEquals(windowsSeen, streams.windows(maxSteps), "seed " + seed);
  }

  @Test
  void oneLongSequenceKeepsAllStreamsBusy() {
    EventStreams streams =
        new EventStreams(numbered(new int[] {100_001}), identity(1), 10, Long.MAX_VALUE);
    Window[] windows = {new Window(16, 100)};
    for (int i = 0; i < 100; i++) {
      assertEquals(1000, streams.next(windows));
    }
    assertEquals(0, streams.next(windows));
  }

  @Test
  void inRoundsTheStreamsAdvanceThroughTheOrderTogether() {
    int[] lengths = new int[1000];
    Arrays.fill(lengths, 5);
    EventStreams streams = new EventStreams(numbered(lengths), identity(1000), 4, 40);
    Window[] windows = {new Window(16, 20)};
    int highest = 0;
    while (streams.next(windows) > 0) {
      int lowest = Integer.MAX_VALUE;
      int reached = 0;
      for (int row = 0; row < windows[0].rows(); row++) {
        if (windows[0].inputs[row] != Window.NONE) {
          lowest = Math.min(lowest, windows[0].inputs[row]);
          reached = Math.max(reached, windows[0].inputs[row]);
        }
      }
      assertTrue(lowest > highest - 4 * 50 - 5, "a stream is more than a round behind");
      highest = Math.max(highest, reached);
    }
  }

  @Test
  void sequencesWithoutNeighboursLeaveNothingToLearn() {
    EventStreams streams =
        new EventStreams(numbered(new int[] {1, 0, 1}), identity(3), 4, Long.MAX_VALUE);
    assertEquals(0, streams.next(new Window[] {new Window(16, 5)}));
    assertEquals(0, new EventStreams(numbered(new int[0]), identity(0), 4, 8).pairs());
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
