package org.staccato.trainer.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.staccato.trainer.log.Keys;

/**
 * A split of which some items are new: a training meets none of their events, neither as inputs nor
 * as targets, and they are added afterwards.
 *
 * @param learnt the split without the events of new items, over the catalogue of all others; a case
 *     whose target is new is left out of validation and test
 * @param measured all validation and test cases, over the whole catalogue, in which the new items
 *     come last and have no training event
 */
public record HeldOutItems(Split learnt, Split measured) {

  /**
   * Holds items out.
   *
   * @param split the split of the whole log
   * @param share the share of the candidates, above 0 and below 1
   * @param seed selects the items
   * @param candidates whether an item, by its index, can be added afterwards
   * @return the two splits
   * @throws UnusableLogException if there is no candidate, or without the new items nothing is left
   *     to learn from or to judge by
   * @throws IllegalArgumentException if the share is out of range
   */
  public static HeldOutItems of(Split split, double share, long seed, IntPredicate candidates)
      throws UnusableLogException {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "held-out items: found a share of " + share + ", expected more than 0 and less than 1");
    }
    int items = split.items().size();
    int[] order = new int[items];
    int count = 0;
    for (int item = 0; item < items; item++) {
      if (candidates.test(item)) {
        order[count++] = item;
      }
    }
    int held = (int) Math.min(count, Math.max(1, Math.round(share * count)));
    if (held == 0 || held == items) {
      throw new UnusableLogException(
          "held-out items: found "
              + count
              + " of "
              + items
              + " items with features, expected more");
    }
    SplittableRandom random = new SplittableRandom(seed);
    boolean[] isNew = new boolean[items];
    for (int i = 0; i < held; i++) {
      int chosen = i + random.nextInt(count - i);
      isNew[order[chosen]] = true;
      order[chosen] = order[i];
    }
    return of(split, isNew, held);
  }

  private static HeldOutItems of(Split split, boolean[] isNew, int held)
      throws UnusableLogException {
    int items = isNew.length;
    int known = items - held;
    int[] renumbered = new int[items];
    int[] source = new int[items];
    int nextKnown = 0;
    int nextNew = known;
    for (int item = 0; item < items; item++) {
      renumbered[item] = isNew[item] ? nextNew++ : nextKnown++;
      source[renumbered[item]] = item;
    }
    List<int[]> train = without(split.train(), isNew, renumbered);
    if (train.stream().allMatch(sequence -> sequence.length < 2)) {
      throw new UnusableLogException(
          "held-out items: found no training sequence of two events without them");
    }
    Split learnt =
        new Split(
            Sequences.of(known, train),
            without(split.validation(), isNew, renumbered, known),
            without(split.test(), isNew, renumbered, known),
            keys(split.items(), Arrays.copyOf(source, known)),
            split.report());
    if (learnt.validation().cases() == 0) {
      throw new UnusableLogException("held-out items: found no validation case without them");
    }
    Split measured =
        new Split(
            Sequences.of(items, train),
            renumber(split.validation(), renumbered),
            renumber(split.test(), renumbered),
            keys(split.items(), source),
            split.report());
    return new HeldOutItems(learnt, measured);
  }

  private static Keys keys(Keys keys, int[] items) {
    if (keys.numeric()) {
      long[] longs = keys.longs();
      return Keys.ofLongs(Arrays.stream(items).mapToLong(item -> longs[item]).toArray());
    }
    return Keys.ofTexts(Arrays.stream(items).mapToObj(keys::text).toList());
  }

  private static int[] without(int[] sequence, boolean[] isNew, int[] renumbered) {
    return Arrays.stream(sequence)
        .filter(item -> !isNew[item])
        .map(item -> renumbered[item])
        .toArray();
  }

  private static List<int[]> without(Sequences sequences, boolean[] isNew, int[] renumbered) {
    List<int[]> rest = new ArrayList<>();
    for (int i = 0; i < sequences.count(); i++) {
      int[] kept = without(sequences.toArray(i), isNew, renumbered);
      if (kept.length > 0) {
        rest.add(kept);
      }
    }
    return rest;
  }

  private static EvaluationCases without(
      EvaluationCases cases, boolean[] isNew, int[] renumbered, int items) {
    Sequences sequences = cases.sequences();
    List<int[]> rest = new ArrayList<>();
    int[] firstTargets = new int[sequences.count()];
    for (int i = 0; i < sequences.count(); i++) {
      int[] sequence = sequences.toArray(i);
      int first = Math.min(sequence.length, cases.firstTarget(i));
      firstTargets[i] =
          Math.max(1, without(Arrays.copyOf(sequence, first), isNew, renumbered).length);
      rest.add(without(sequence, isNew, renumbered));
    }
    return new EvaluationCases(Sequences.of(items, rest), firstTargets, cases.excludeSeen());
  }

  private static EvaluationCases renumber(EvaluationCases cases, int[] renumbered) {
    Sequences sequences = cases.sequences();
    List<int[]> rest = new ArrayList<>();
    int[] firstTargets = new int[sequences.count()];
    for (int i = 0; i < sequences.count(); i++) {
      firstTargets[i] = cases.firstTarget(i);
      rest.add(Arrays.stream(sequences.toArray(i)).map(item -> renumbered[item]).toArray());
    }
    return new EvaluationCases(
        Sequences.of(renumbered.length, rest), firstTargets, cases.excludeSeen());
  }

  /** {@return the number of items that a training meets} */
  public int known() {
    return learnt.items().size();
  }

  /** {@return the number of new items} */
  public int held() {
    return measured.items().size() - known();
  }
}
