package org.staccato.trainer.evaluate;

import java.util.OptionalDouble;

/**
 * What lists of k recommendations hold, whether or not the target is among them. A measure is empty
 * where it is undefined or nothing is known to measure it by.
 *
 * @param coverage the share of the catalogue that is in the list of at least one case
 * @param gini the Gini coefficient of the items' numbers of recommendations over the whole
 *     catalogue: 0 if all are recommended equally often, (n − 1)/n if one of n items takes all
 * @param novelty the mean of −log₂(p) over all places of all lists, where p is the item's share of
 *     the training events, in bits; an item without events counts as if it had one
 * @param diversity the mean over the lists of two items or more of the mean cosine distance of the
 *     vectors of two items of the list, 0 to 2
 * @param coldShare the share of all places of all lists that cold items take, those without a
 *     training event
 */
public record ListMeasures(
    double coverage,
    double gini,
    OptionalDouble novelty,
    OptionalDouble diversity,
    OptionalDouble coldShare) {

  /**
   * {@return the difference of other measures from these; empty where one of both is}
   *
   * @param before the measures to subtract
   */
  public ListMeasures minus(ListMeasures before) {
    return new ListMeasures(
        coverage - before.coverage,
        gini - before.gini,
        difference(novelty, before.novelty),
        difference(diversity, before.diversity),
        difference(coldShare, before.coldShare));
  }

  private static OptionalDouble difference(OptionalDouble after, OptionalDouble before) {
    return after.isPresent() && before.isPresent()
        ? OptionalDouble.of(after.getAsDouble() - before.getAsDouble())
        : OptionalDouble.empty();
  }
}
