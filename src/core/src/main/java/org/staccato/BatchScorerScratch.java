package org.staccato;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.kernel.Panels;
import org.staccato.memory.Bounds;
import org.staccato.memory.OffHeap;
import org.staccato.model.Event;
import org.staccato.model.EventAttribute;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.network.LayerBatch;
import org.staccato.network.LinearHead;
import org.staccato.network.LinearHeadBatch;
import org.staccato.network.Network;
import org.staccato.rank.BlendedRanking;
import org.staccato.swap.Lease;
import org.staccato.swap.LoadedModel;

/** The network of one version, and the scratch of a {@link BatchScorer} for many states of it. */
final class BatchScorerScratch {

  /** Makes the scratch for a number of states. */
  record Factory(int capacity) implements Lease.ScratchFactory<BatchScorerScratch> {
    @Override
    public BatchScorerScratch first(LoadedModel model) {
      return new BatchScorerScratch(model, capacity, null);
    }

    @Override
    public BatchScorerScratch next(LoadedModel model, BatchScorerScratch before) {
      return new BatchScorerScratch(model, capacity, before);
    }
  }

  final Network network;
  final String digest;
  final int items;
  final int features;
  final LayerBatch steps;
  final LinearHeadBatch output;
  final MemorySegment[] states;
  private final EventAttribute[] attributes;
  private final int[] eventItems;
  final MemorySegment window;
  final MemorySegment sums;

  /** The ranking of a network with a memory; null for all others. */
  final @Nullable BlendedRanking blended;

  /** Whether all states of the step that was started last are prepared. */
  boolean prepared;

  /**
   * Takes over the scratch of the version before where it is large enough, so that memory does not
   * grow with the number of versions.
   */
  private BatchScorerScratch(LoadedModel model, int capacity, @Nullable BatchScorerScratch before) {
    network = model.network();
    digest = model.version().digest();
    ModelSpecification specification = network.specification();
    items = specification.findItemInput().map(ItemInput::items).orElse(0);
    features = network.stack().features();
    steps = new LayerBatch(network.stack(), capacity, before == null ? null : before.steps);
    LinearHead head =
        specification.findRanking().isPresent() ? network.ranking() : network.prediction().linear();
    output = new LinearHeadBatch(head, capacity, before == null ? null : before.output);
    states = before == null ? new MemorySegment[capacity] : before.states;
    attributes = specification.attributes().toArray(EventAttribute[]::new);
    eventItems = before == null ? new int[capacity] : before.eventItems;
    MemorySegment none = MemorySegment.NULL;
    window = OffHeap.atLeast(network.stack().preparedSize(), before == null ? none : before.window);
    int blocks = specification.findPrediction().map(Head::outputs).map(Panels::blocksOf).orElse(0);
    long outputs = LinearHead.scoresBytes(blocks);
    sums = OffHeap.atLeast(outputs, before == null ? none : before.sums);
    blended = BlendedRanking.of(network, before == null ? null : before.blended);
  }

  void requireRanking() {
    network.ranking();
  }

  void requireCount(int count, int length) {
    if (count < 1 || count > states.length) {
      throw new IndexOutOfBoundsException(
          "batch: found " + count + ", expected 1 to " + states.length);
    }
    Bounds.requireElements("batch", 0, count, length);
  }

  /** Checks an item, and returns false if it is {@link org.staccato.format.ItemKeys#UNKNOWN}. */
  boolean isKnown(int item) {
    return ScorerScratch.isKnown(item, items, network);
  }

  /** Scores an item for one of the states, −∞ if it is unknown. */
  float score(int state, int item) {
    if (!isKnown(item)) {
      return Float.NEGATIVE_INFINITY;
    }
    if (blended != null) {
      blended.compute(states[state]);
      return blended.score(item);
    }
    return network.ranking().score(states[state], item);
  }

  /**
   * Checks states and the items of their events, and sets those with a known item as the states and
   * the input of a step. Returns their number.
   */
  int startStep(UserState[] users, int[] events, int count) {
    network.specification().itemInput();
    requireUsers(users, count);
    for (int i = 0; i < count; i++) {
      isKnown(events[i]);
    }
    int known = 0;
    prepared = true;
    for (int i = 0; i < count; i++) {
      if (isKnown(events[i])) {
        steps.setItem(known, events[i]);
        startStep(users[i], known++);
      }
    }
    return known;
  }

  /**
   * Does for events what {@link #startStep(UserState[], int[], int)} does for items, and sets their
   * attributes.
   */
  int startStep(UserState[] users, Event[] events, int count) {
    for (int i = 0; i < count; i++) {
      eventItems[i] = events[i].item();
    }
    int known = startStep(users, eventItems, count);
    for (int i = 0, place = 0; i < count; i++) {
      if (isKnown(events[i].item())) {
        for (int attribute = 0; attribute < attributes.length; attribute++) {
          steps.setEvent(place, attribute, attributes[attribute].valueOf(events[i]));
        }
        place++;
      }
    }
    return known;
  }

  /** Checks the number of states, and that each is of this version. */
  void requireUsers(UserState[] users, int count) {
    requireCount(count, users.length);
    for (int i = 0; i < count; i++) {
      users[i].requireVersion(digest);
    }
  }

  /** Checks states and sets them as the states of the batch. */
  void gather(UserState[] users, int count) {
    requireUsers(users, count);
    for (int i = 0; i < count; i++) {
      states[i] = users[i].memory();
    }
  }

  /** Checks states and sets them as those of a step. */
  void startStep(UserState[] users, int count) {
    requireUsers(users, count);
    prepared = true;
    for (int i = 0; i < count; i++) {
      startStep(users[i], i);
    }
  }

  private void startStep(UserState user, int place) {
    states[place] = user.memory();
    prepared &= user.isPreparedBy(network.stack());
    user.setUnprepared();
  }

  /** Checks vectors of features and sets them as the input of the batch. */
  void setInputs(float[] vectors, int count) {
    if (features == 0) {
      network.specification().featureInput();
    }
    requireCount(count, count);
    Features.require(vectors, count, features);
    for (int i = 0; i < count; i++) {
      steps.setFeatures(i, vectors, i * features);
    }
  }
}
