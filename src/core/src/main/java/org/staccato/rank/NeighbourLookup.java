package org.staccato.rank;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.staccato.network.NeighbourIndex;

/**
 * Looks up the neighbours of a user's last events in a memory, and counts their votes for items, as
 * {@link org.staccato.model.NeighbourMemory} defines them. Owns its scratch; confined to one thread
 * at a time. A look-up allocates nothing, and throws {@link IllegalStateException} after the weight
 * file of the index is closed.
 *
 * <p>The sequences of the last items are merged from the most recent one on, so that as many are
 * read as there are candidates. A similarity is one of few integers, before the division by the
 * number of distinct items: a counting sort orders the candidates.
 */
final class NeighbourLookup {

  /** The bits of a place in a match; the similarity lies above them. */
  private static final int PLACE_BITS = 4;

  private final NeighbourIndex index;

  /** The last items, the latest first, and the places of their next candidates and their ends. */
  private final int[] items;

  private final int[] cursors;
  private final int[] ends;

  /** The most recent sequence of each item that is not taken yet, or -1. */
  private final int[] heads;

  private int events;

  /** The candidates, the most recent first; for each its similarity and the place of its match. */
  private final int[] candidates;

  private final int[] matches;

  /** The number of candidates by similarity, then where those of a similarity are to stand. */
  private final int[] bySimilarity;

  /** The candidates in order, as their numbers. */
  private final int[] order;

  /** The votes by item; all 0 but those of the items that are voted for. */
  private final float[] votes;

  private final int[] voted;
  private int votedCount;
  private double total;

  /**
   * Allocates the scratch, or takes over that of another look-up where it is large enough.
   *
   * @param index the index
   * @param before a look-up that is not used any more, or null
   */
  NeighbourLookup(NeighbourIndex index, @Nullable NeighbourLookup before) {
    this.index = index;
    int history = index.history();
    items = new int[history];
    cursors = new int[history];
    ends = new int[history];
    heads = new int[history];
    // The largest similarity is the sum of 1 to the length of the history.
    bySimilarity = new int[history * (history + 1) / 2 + 1];
    int sample = index.sample();
    if (before != null && before.candidates.length >= sample) {
      candidates = before.candidates;
      matches = before.matches;
      order = before.order;
    } else {
      candidates = new int[sample];
      matches = new int[sample];
      order = new int[sample];
    }
    if (before != null && before.votes.length >= index.items()) {
      before.clear();
      votes = before.votes;
      voted = before.voted;
    } else {
      votes = new float[index.items()];
      voted = new int[index.items()];
    }
  }

  /** Returns the number of items that were voted for in the last look-up. */
  int size() {
    return votedCount;
  }

  /** Returns an item that was voted for, each once, in no order. */
  int item(int number) {
    return voted[number];
  }

  /** Returns the vote for an item; 0 if there is none. */
  float vote(int item) {
    return votes[item];
  }

  /** Returns the sum of all votes. */
  double total() {
    return total;
  }

  /** Counts the votes of the neighbours of the last events of a state. */
  void find(MemorySegment state) {
    clear();
    int distinct = readHistory(state);
    int count = collectCandidates();
    sortBySimilarity(count);
    int nearest = Math.min(count, index.nearest());
    for (int i = 0; i < nearest; i++) {
      int match = matches[order[i]];
      float similarity = (float) (match >>> PLACE_BITS) / distinct;
      float weight = similarity * (1 - (match & (1 << PLACE_BITS) - 1) / 10f);
      vote(candidates[order[i]], weight);
    }
    if (events > 0) {
      votes[items[0]] = 0;
    }
    for (int i = 0; i < votedCount; i++) {
      total += votes[voted[i]];
    }
  }

  private void clear() {
    for (int i = 0; i < votedCount; i++) {
      votes[voted[i]] = 0;
    }
    votedCount = 0;
    total = 0;
  }

  /** Reads the last items, and returns how many of them are distinct. */
  private int readHistory(MemorySegment state) {
    events = 0;
    int distinct = 0;
    for (int back = 0; back < index.history(); back++) {
      int item = index.lastItem(state, back);
      if (item < 0) {
        break;
      }
      boolean repeated = false;
      for (int later = 0; later < events; later++) {
        repeated |= items[later] == item;
      }
      items[events] = item;
      ends[events] = index.firstSequence(item);
      // A repeated item counts at its latest place only.
      cursors[events] = (repeated ? ends[events] : index.firstSequence(item + 1)) - 1;
      heads[events] = head(events);
      events++;
      distinct += repeated ? 0 : 1;
    }
    return distinct;
  }

  /** Merges the sequences of the items, the most recent first; returns the number taken. */
  private int collectCandidates() {
    int sample = index.sample();
    int count = 0;
    while (count < sample) {
      int newest = -1;
      for (int back = 0; back < events; back++) {
        newest = Math.max(newest, heads[back]);
      }
      if (newest < 0) {
        break;
      }
      int similarity = 0;
      int place = 0;
      for (int back = events - 1; back >= 0; back--) {
        if (heads[back] == newest) {
          similarity += events - back;
          place = back + 1;
          cursors[back]--;
          heads[back] = head(back);
        }
      }
      candidates[count] = newest;
      matches[count] = similarity << PLACE_BITS | place;
      count++;
    }
    return count;
  }

  /** Returns the most recent sequence of an item that is not taken yet, or -1. */
  private int head(int back) {
    return cursors[back] < ends[back] ? -1 : index.sequence(cursors[back]);
  }

  /** Orders the candidates by similarity, the more recent first among equals. */
  private void sortBySimilarity(int count) {
    Arrays.fill(bySimilarity, 0);
    for (int i = 0; i < count; i++) {
      bySimilarity[matches[i] >>> PLACE_BITS]++;
    }
    int place = 0;
    for (int similarity = bySimilarity.length - 1; similarity >= 0; similarity--) {
      int size = bySimilarity[similarity];
      bySimilarity[similarity] = place;
      place += size;
    }
    for (int i = 0; i < count; i++) {
      order[bySimilarity[matches[i] >>> PLACE_BITS]++] = i;
    }
  }

  /** Adds the vote of a neighbour for each of its items. */
  private void vote(int sequence, float weight) {
    int end = index.firstItem(sequence + 1);
    for (int place = index.firstItem(sequence); place < end; place++) {
      int item = index.item(place);
      float vote = weight * index.weight(item);
      if (vote > 0) {
        if (votes[item] == 0) {
          voted[votedCount++] = item;
        }
        votes[item] += vote;
      }
    }
  }
}
