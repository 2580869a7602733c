package org.staccato.trainer.learn;

import java.util.Arrays;
import java.util.List;
import org.staccato.trainer.sequence.Sequences;

/**
 * Feeds one epoch as a batch of streams of events. All pairs of an event and its successor,
 * sequence after sequence, are cut into equal pieces, one for each stream, so that every stream is
 * busy from the first window to the last.
 *
 * <p>Each pair occurs exactly once. A stream's state is reset at the start of every sequence, and
 * where a piece begins inside a sequence (at most once per stream and round). Rounds of bounded
 * length let the streams advance through the order together, so that late sequences are learnt
 * late.
 */
final class EventStreams {
  private final Sequences sequences;
  private final int[] order;
  private final EventEncoder encoder;
  private final int[] firstPair;
  private final long roundPairs;
  private final int[] place;
  private final int[] position;
  private final int[] remaining;
  private final boolean[] fresh;
  private long nextPair;

  /** Starts an epoch of items alone. */
  EventStreams(Sequences sequences, int[] order, int batchSize, long streamPairs) {
    this(sequences, order, batchSize, streamPairs, new EventEncoder(List.of(), null));
  }

  /**
   * Starts an epoch.
   *
   * @param order the sequences in the order of learning
   * @param batchSize the number of streams
   * @param streamPairs the pairs of a stream in a round, {@code Long.MAX_VALUE} for one round
   * @param encoder writes what the network takes beside items
   */
  EventStreams(
      Sequences sequences, int[] order, int batchSize, long streamPairs, EventEncoder encoder) {
    this.sequences = sequences;
    this.order = order;
    this.encoder = encoder;
    firstPair = new int[order.length + 1];
    for (int i = 0; i < order.length; i++) {
      firstPair[i + 1] = firstPair[i] + Math.max(0, sequences.length(order[i]) - 1);
    }
    roundPairs = streamPairs > pairs() / batchSize ? Math.max(1, pairs()) : streamPairs * batchSize;
    place = new int[batchSize];
    position = new int[batchSize];
    remaining = new int[batchSize];
    fresh = new boolean[batchSize];
  }

  int pairs() {
    return firstPair[order.length];
  }

  /** Returns the number of windows in an epoch. */
  long windows(int maxSteps) {
    long streams = place.length;
    long rounds = pairs() / roundPairs;
    long rest = pairs() - rounds * roundPairs;
    long perRound = Math.ceilDiv(Math.ceilDiv(roundPairs, streams), maxSteps);
    return rounds * perRound + Math.ceilDiv(Math.ceilDiv(rest, streams), maxSteps);
  }

  private void beginRound() {
    long pairs = Math.min(roundPairs, pairs() - nextPair);
    int streams = place.length;
    for (int stream = 0; stream < streams; stream++) {
      int from = (int) (nextPair + pairs * stream / streams);
      remaining[stream] = (int) (nextPair + pairs * (stream + 1) / streams) - from;
      if (remaining[stream] > 0) {
        seek(stream, from);
      }
    }
    nextPair += pairs;
  }

  private void seek(int stream, int pair) {
    int found = Arrays.binarySearch(firstPair, pair);
    int at = found >= 0 ? found : -found - 2;
    while (firstPair[at + 1] <= pair) {
      at++;
    }
    place[stream] = at;
    position[stream] = pair - firstPair[at];
    fresh[stream] = true;
  }

  /**
   * Fills the next windows; the streams take turns over them.
   *
   * @param windows windows of equal length
   * @return the number of pairs in them, 0 at the end of the epoch
   */
  int next(Window[] windows) {
    if (Arrays.stream(remaining).allMatch(left -> left == 0)) {
      beginRound();
    }
    int pairs = 0;
    for (Window window : windows) {
      window.clear();
    }
    for (int stream = 0; stream < place.length; stream++) {
      Window window = windows[stream % windows.length];
      int steps = Math.min(window.maxSteps, remaining[stream]);
      for (int step = 0; step < steps; step++) {
        advance(window, step, stream / windows.length, stream);
      }
      pairs += steps;
    }
    return pairs;
  }

  private void advance(Window window, int step, int streamOfWindow, int stream) {
    int sequence = order[place[stream]];
    int at = position[stream];
    window.set(
        step,
        streamOfWindow,
        sequences.item(sequence, at),
        sequences.item(sequence, at + 1),
        fresh[stream]);
    encoder.encode(sequences, sequence, at, window, step * window.streams + streamOfWindow);
    fresh[stream] = false;
    remaining[stream]--;
    position[stream]++;
    if (position[stream] + 1 >= sequences.length(sequence)) {
      position[stream] = 0;
      fresh[stream] = true;
      do {
        place[stream]++;
      } while (remaining[stream] > 0 && sequences.length(order[place[stream]]) < 2);
    }
  }
}
