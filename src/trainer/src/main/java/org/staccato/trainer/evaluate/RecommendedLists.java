package org.staccato.trainer.evaluate;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.staccato.trainer.sequence.ItemCounts;

/**
 * Adds up what lists of one length hold. All sums are of integers, so that neither the order of the
 * lists nor the number of threads matters. Confined to one thread.
 */
final class RecommendedLists {
  /** A distance is summed in units of 2⁻³⁰. */
  private static final double UNIT = 0x1p-30;

  private final int cutoff;
  private final int[] recommendations;
  private final @Nullable ItemVectors vectors;
  private final double[] sum;
  private long distances;
  private long lists;

  RecommendedLists(int items, int cutoff, @Nullable ItemVectors vectors) {
    this.cutoff = cutoff;
    this.vectors = vectors;
    recommendations = new int[items];
    sum = new double[vectors == null ? 0 : vectors.width()];
  }

  /** Adds the first items of a list, at most the cutoff. */
  void add(int[] best, int count) {
    int length = Math.min(count, cutoff);
    for (int i = 0; i < length; i++) {
      recommendations[best[i]]++;
    }
    if (vectors != null && length >= 2) {
      Arrays.fill(sum, 0);
      int squares = 0;
      for (int i = 0; i < length; i++) {
        squares += vectors.addTo(sum, best[i]);
      }
      // The squared length of the sum holds each pair twice, beside the square of each vector.
      double products = -squares;
      for (double element : sum) {
        products += element * element;
      }
      double distance = 1 - products / ((double) length * (length - 1));
      distances += Math.round(Math.clamp(distance, 0, 2) / UNIT);
      lists++;
    }
  }

  /** Adds what another thread has added up for the same cutoff. */
  void add(RecommendedLists other) {
    for (int item = 0; item < recommendations.length; item++) {
      recommendations[item] += other.recommendations[item];
    }
    distances += other.distances;
    lists += other.lists;
  }

  ListMeasures measures(@Nullable ItemCounts train) {
    int[] sorted = recommendations.clone();
    Arrays.sort(sorted);
    long places = 0;
    double weighted = 0;
    int covered = 0;
    for (int i = 0; i < sorted.length; i++) {
      places += sorted[i];
      weighted += (2.0 * (i + 1) - sorted.length - 1) * sorted[i];
      covered += sorted[i] > 0 ? 1 : 0;
    }
    return new ListMeasures(
        (double) covered / sorted.length,
        places == 0 ? 0 : weighted / ((double) sorted.length * places),
        train == null || places == 0 || train.events() == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(novelty(train, places)),
        lists == 0 ? OptionalDouble.empty() : OptionalDouble.of(distances * UNIT / lists),
        train == null || places == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(coldPlaces(train) / places));
  }

  private double novelty(ItemCounts train, long places) {
    double bits = 0;
    for (int item = 0; item < recommendations.length; item++) {
      double share = (double) Math.max(1, train.of(item)) / train.events();
      bits -= recommendations[item] * Math.log(share) / Math.log(2);
    }
    return bits / places;
  }

  private double coldPlaces(ItemCounts train) {
    double places = 0;
    for (int item = 0; item < recommendations.length; item++) {
      places += train.isCold(item) ? recommendations[item] : 0;
    }
    return places;
  }
}
