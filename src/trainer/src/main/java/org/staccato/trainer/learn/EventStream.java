package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.sequence.Sequences;

/**
 * One epoch as lanes of events: all pairs of an event and its successor, sequence after sequence,
 * cut into equal pieces, one per lane, so that every lane is busy from the first window to the
 * last.
 *
 * <p>Each pair occurs exactly once. A lane's state starts anew with every sequence, and where a
 * piece begins inside a sequence (at most once per lane and round). In rounds of bounded length the
 * lanes advance through the order together: what comes late in it is learnt late.
 */
final class EventStream {
  private final Sequences sequences;
  private final int[] order;
  private final int[] firstPair;
  private final long roundPairs;
  private final int[] place;
  private final int[] position;
  private final int[] remaining;
  private final boolean[] fresh;
  private long nextPair;

  /**
   * @param order the sequences in the order of learning
   * @param lanes the number of lanes
   * @param roundPairsPerLane the length of a round, {@code Long.MAX_VALUE} for one round
   */
  EventStream(Sequences sequences, int[] order, int lanes, long roundPairsPerLane) {
    this.sequences = sequences;
    this.order = order;
    firstPair = new int[order.length + 1];
    for (int i = 0; i < order.length; i++) {
      firstPair[i + 1] = firstPair[i] + Math.max(0, sequences.length(order[i]) - 1);
    }
    roundPairs =
        roundPairsPerLane > pairs() / lanes ? Math.max(1, pairs()) : roundPairsPerLane * lanes;
    place = new int[lanes];
    position = new int[lanes];
    remaining = new int[lanes];
    fresh = new boolean[lanes];
  }

  int pairs() {
    return firstPair[order.length];
  }

  /** The number of windows of an epoch. */
  long windows(int maxSteps) {
    long lanes = place.length;
    long rounds = pairs() / roundPairs;
    long rest = pairs() - rounds * roundPairs;
    long perRound = Math.ceilDiv(Math.ceilDiv(roundPairs, lanes), maxSteps);
    return rounds * perRound + Math.ceilDiv(Math.ceilDiv(rest, lanes), maxSteps);
  }

  private void beginRound() {
    long pairs = Math.min(roundPairs, pairs() - nextPair);
    int lanes = place.length;
    for (int lane = 0; lane < lanes; lane++) {
      int from = (int) (nextPair + pairs * lane / lanes);
      remaining[lane] = (int) (nextPair + pairs * (lane + 1) / lanes) - from;
      if (remaining[lane] > 0) {
        seek(lane, from);
      }
    }
    nextPair += pairs;
  }

  private void seek(int lane, int pair) {
    int found = Arrays.binarySearch(firstPair, pair);
    int at = found >= 0 ? found : -found - 2;
    while (firstPair[at + 1] <= pair) {
      at++;
    }
    place[lane] = at;
    position[lane] = pair - firstPair[at];
    fresh[lane] = true;
  }

  /**
   * Fills the next windows; lane numbers run through them in turn.
   *
   * @return the number of pairs in them, 0 at the end of the epoch
   */
  int next(Window[] windows, int maxSteps) {
    if (Arrays.stream(remaining).allMatch(left -> left == 0)) {
      beginRound();
    }
    int pairs = 0;
    for (Window window : windows) {
      window.clear();
    }
    for (int lane = 0; lane < place.length; lane++) {
      Window window = windows[lane % windows.length];
      int steps = Math.min(maxSteps, remaining[lane]);
      for (int step = 0; step < steps; step++) {
        advance(window, step, lane / windows.length, lane);
      }
      pairs += steps;
    }
    return pairs;
  }

  private void advance(Window window, int step, int row, int lane) {
    int sequence = order[place[lane]];
    int at = position[lane];
    window.set(
        step, row, sequences.item(sequence, at), sequences.item(sequence, at + 1), fresh[lane]);
    fresh[lane] = false;
    remaining[lane]--;
    position[lane]++;
    if (position[lane] + 1 >= sequences.length(sequence)) {
      position[lane] = 0;
      fresh[lane] = true;
      do {
        place[lane]++;
      } while (remaining[lane] > 0 && sequences.length(order[place[lane]]) < 2);
    }
  }
}
