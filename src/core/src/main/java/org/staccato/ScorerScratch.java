package org.staccato;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.kernel.Panels;
import org.staccato.memory.Bounds;
import org.staccato.memory.OffHeap;
import org.staccato.model.Event;
import org.staccato.model.EventAttribute;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.network.LinearHead;
import org.staccato.network.Network;
import org.staccato.network.StepScratch;
import org.staccato.rank.BlendedRanking;
import org.staccato.swap.Lease;
import org.staccato.swap.LoadedModel;

/** The network of one version, and the scratch of a {@link Scorer} for it. */
final class ScorerScratch {
  static final Lease.ScratchFactory<ScorerScratch> FACTORY =
      new Lease.ScratchFactory<>() {
        @Override
        public ScorerScratch first(LoadedModel model) {
          return new ScorerScratch(model, null);
        }

        @Override
        public ScorerScratch next(LoadedModel model, ScorerScratch before) {
          return new ScorerScratch(model, before);
        }
      };

  final Network network;
  final String digest;
  final int items;
  final int features;
  final EventAttribute[] attributes;
  final Link link;
  final StepScratch step;
  final MemorySegment sums;

  /** The ranking of a network with a memory; null for all others. */
  final @Nullable BlendedRanking blended;

  /**
   * Takes over the scratch of the version before where it is large enough, so that memory does not
   * grow with the number of versions.
   */
  private ScorerScratch(LoadedModel model, @Nullable ScorerScratch before) {
    network = model.network();
    digest = model.version().digest();
    ModelSpecification specification = network.specification();
    items = specification.findItemInput().map(ItemInput::items).orElse(0);
    features = network.stack().features();
    link = specification.findRanking().map(Ranking::link).orElse(Link.NONE);
    attributes = specification.attributes().toArray(EventAttribute[]::new);
    step = new StepScratch(network.stack(), before == null ? null : before.step);
    int blocks = specification.findPrediction().map(Head::outputs).map(Panels::blocksOf).orElse(0);
    sums =
        OffHeap.atLeast(
            LinearHead.scoresBytes(blocks), before == null ? MemorySegment.NULL : before.sums);
    blended = BlendedRanking.of(network, before == null ? null : before.blended);
  }

  /** Checks an item, and returns false if it is {@link ItemKeys#UNKNOWN}. */
  boolean isKnown(int item) {
    return isKnown(item, items, network);
  }

  static boolean isKnown(int item, int items, Network network) {
    if (item >= 0 && item < items) {
      return true;
    }
    network.specification().itemInput();
    if (item != ItemKeys.UNKNOWN) {
      Bounds.requireIndex("item", item, items);
    }
    return false;
  }

  /** Sets the attributes of the next step's event. */
  void setEvent(Event event) {
    for (int i = 0; i < attributes.length; i++) {
      step.setEvent(i, attributes[i].valueOf(event));
    }
  }

  /** Computes what the scores of all items of a state share, if they share anything. */
  void startScores(UserState user) {
    network.ranking();
    if (blended != null) {
      blended.compute(user.memory());
    }
  }

  /** Scores an item, after {@link #startScores}; −∞ if it is unknown. */
  float score(UserState user, int item) {
    if (!isKnown(item)) {
      return Float.NEGATIVE_INFINITY;
    }
    return blended == null ? network.ranking().score(user.memory(), item) : blended.score(item);
  }

  /** Predicts the event on an item, NaN if it is unknown. */
  float predict(UserState user, int item) {
    if (link == Link.NONE) {
      network.specification().linkedRanking();
    }
    return isKnown(item) ? (float) link.apply(score(user, item)) : Float.NaN;
  }

  /** Checks features and sets them as the input of the next step. */
  void setFeatures(float[] vector) {
    if (features == 0) {
      network.specification().featureInput();
    }
    Features.require(vector, features);
    step.setFeatures(vector, 0);
  }
}
