package org.staccato.trainer.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.staccato.trainer.log.Keys;

/**
 * Renumbers the items that are left, in descending order of their events in the training part;
 * equal items keep the order of the log.
 */
final class Catalogue {
  /** The new index of an item that was left out. */
  static final int UNKNOWN = -1;

  private final int[] indices;
  private final Keys keys;

  /**
   * Numbers the items.
   *
   * @param log the keys of the log's items
   * @param draft the events that are left of the log
   * @param train the part that counts
   */
  Catalogue(Keys log, Draft draft, SplitPart train) {
    boolean[] left = new boolean[log.size()];
    for (int event = 0; event < draft.events; event++) {
      left[draft.items[event]] = true;
    }
    int[] support = new int[log.size()];
    train.countSupport(draft.items, support);
    long[] order = new long[log.size()];
    int size = 0;
    for (int item = 0; item < log.size(); item++) {
      if (left[item]) {
        order[size++] = (long) -support[item] << 32 | item;
      }
    }
    Arrays.sort(order, 0, size);
    indices = new int[log.size()];
    Arrays.fill(indices, UNKNOWN);
    int[] items = new int[size];
    for (int index = 0; index < size; index++) {
      items[index] = (int) order[index];
      indices[items[index]] = index;
    }
    keys = pick(log, items);
  }

  int size() {
    return keys.size();
  }

  Keys keys() {
    return keys;
  }

  /** Replaces the log's numbers of items with those of this catalogue. */
  void renumber(Draft draft) {
    for (int event = 0; event < draft.events; event++) {
      draft.items[event] = indices[draft.items[event]];
    }
  }

  private static Keys pick(Keys log, int[] items) {
    if (log.numeric()) {
      long[] all = log.longs();
      return Keys.ofLongs(Arrays.stream(items).mapToLong(item -> all[item]).toArray());
    }
    List<String> texts = new ArrayList<>(items.length);
    for (int item : items) {
      texts.add(log.text(item));
    }
    return Keys.ofTexts(texts);
  }
}
