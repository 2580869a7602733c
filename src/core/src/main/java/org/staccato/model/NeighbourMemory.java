package org.staccato.model;

import java.util.List;

/**
 * An external memory of sequences: the neighbours of the user's last events vote for items, and
 * their votes are blended with the softmax of the {@link Ranking} of the same network,
 *
 * <pre>p = (1 − share) · softmax(logits) + share · votes / sum of the votes</pre>
 *
 * <p>Without a vote, for a user without events for example, p is the softmax alone. A memory is no
 * learnt part: it has no parameters, takes nothing from the layers, and its sequences can be
 * replaced without training.
 *
 * <p>The votes are those of VMIS-kNN (B. Kersbergen, O. Sprangers and S. Schelter, "Serenade:
 * Low-Latency Session-Based Recommendation in e-Commerce at Scale", SIGMOD 2022). Of the user's
 * last events, at most {@link Search#history}, let n be the number and u that of their distinct
 * items, each at its latest place, p = 1 for the last event.
 *
 * <ol>
 *   <li>Candidates are the {@link Search#sample} most recent sequences that hold one of the items.
 *   <li>A candidate's similarity is the sum of (n + 1 − p)/u over the items that it holds; the
 *       {@link Search#nearest} most similar ones are neighbours, the more recent first among
 *       equals.
 *   <li>A neighbour's weight is its similarity times 1 − p/10, where p is the place of the latest
 *       item that it holds.
 *   <li>An item's vote is the sum of the weights of the neighbours that hold it, times the item's
 *       weight in the memory, its inverse frequency ln(N/c): c sequences hold it, N is the sum of c
 *       over the catalogue.
 * </ol>
 *
 * <p>The last item of the user gets no vote.
 *
 * @param name the name of the head
 * @param items the number of items in the catalogue, 1 to {@link ModelSpecification#ITEM_LIMIT}
 * @param sequences the number of sequences, 1 to {@link #SIZE_LIMIT}
 * @param entries the number of distinct items of each sequence, summed over the sequences, 1 to
 *     {@link #SIZE_LIMIT}
 * @param search the parameters of the search for neighbours
 * @param share the share of the neighbours in a probability, above 0 and below 1
 */
public record NeighbourMemory(
    String name, int items, int sequences, int entries, Search search, float share)
    implements Head {

  /** The usual name of a memory. */
  public static final String MEMORY = "memory";

  /** The most sequences, and the most entries. */
  public static final int SIZE_LIMIT = 1 << 30;

  /** The largest number of last events: later ones would weigh nothing. */
  public static final int HISTORY_LIMIT = 9;

  /** The largest weight of an item in a memory: above ln N for any N. */
  public static final float WEIGHT_LIMIT = 64;

  /** The most candidates and neighbours. */
  public static final int SAMPLE_LIMIT = 1 << 20;

  /**
   * The share of a model that is its memory alone: the rest, too small to outweigh a vote, orders
   * the items without a vote by the ranking.
   */
  public static final float ALONE = 1 - 0x1p-20f;

  /** The name of the state field with the items of the user's last events. */
  public static final String HISTORY = "history";

  /** The places of the first item of each sequence, and behind them the number of entries. */
  public static final String ITEM_STARTS = "item-starts";

  /** The items of the sequences, one sequence after the other. */
  public static final String ITEMS = "items";

  /** The places of the first sequence of each item, and behind them the number of entries. */
  public static final String SEQUENCE_STARTS = "sequence-starts";

  /** The sequences of the items, ascending, one item after the other. */
  public static final String SEQUENCES = "sequences";

  /** The weight of each item, 0 to {@link #WEIGHT_LIMIT}. */
  public static final String ITEM_WEIGHTS = "item-weights";

  /**
   * The parameters of the search for neighbours.
   *
   * @param sample m, the number of most recent sequences to compare with, 1 to {@link
   *     #SAMPLE_LIMIT}
   * @param nearest k, the number of neighbours, 1 to {@link #SAMPLE_LIMIT}
   * @param history the number of last events to compare, 1 to {@link #HISTORY_LIMIT}
   */
  public record Search(int sample, int nearest, int history) {

    /**
     * Checks the parameters.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Search {
      Range.require("sample", sample, SAMPLE_LIMIT);
      Range.require("nearest", nearest, SAMPLE_LIMIT);
      Range.require(HISTORY, history, HISTORY_LIMIT);
    }

    /** {@return m = 1,500, k = 288 and the last 4 events} */
    public static Search usual() {
      return new Search(1500, 288, 4);
    }
  }

  /**
   * Checks the name, the sizes and the share.
   *
   * @throws IllegalArgumentException if one is not allowed
   */
  public NeighbourMemory {
    HeadName.require(name);
    Range.require("items", items, ModelSpecification.ITEM_LIMIT);
    Range.require("sequences", sequences, SIZE_LIMIT);
    Range.require("entries", entries, SIZE_LIMIT);
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "share: found " + share + ", expected a number above 0 and below 1");
    }
  }

  /** {@return 0: a memory takes nothing from the layers} */
  @Override
  public int inputs() {
    return 0;
  }

  @Override
  public int outputs() {
    return items;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  /**
   * {@return its field of a state, the items of the last events, the latest first} An element has
   * the bits of the integer item + 1, or 0 for no event. As the bits of floats these are finite,
   * and in the order of the integers, since a catalogue has at most 2²⁸ items.
   */
  public StateField history() {
    return new StateField(HISTORY, search.history(), Float.intBitsToFloat(items));
  }

  /**
   * Composes the name of one of its tensors.
   *
   * @param part the name within the head, such as {@link #ITEMS}
   * @return the name in a weight file
   */
  public String tensor(String part) {
    return ModelSpecification.headName(name, part);
  }
}
