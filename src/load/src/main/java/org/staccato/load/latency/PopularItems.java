package org.staccato.load.latency;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.staccato.LiveModel;

/** Draws items by their popularity, so that caches see accesses like those of a service. */
public final class PopularItems {
  private PopularItems() {}

  /**
   * Draws items by their popularity.
   *
   * @param model an open model that ranks items
   * @param count the number of items
   * @param seed the seed of the draws
   * @return the indices of the items
   * @throws IllegalStateException if the model does not rank items
   */
  public static int[] draw(LiveModel model, int count, long seed) {
    double[] cumulative = new double[model.version().specification().ranking().items()];
    double sum = 0;
    for (int item = 0; item < cumulative.length; item++) {
      sum += Math.max(0, model.popularity(item)) + Float.MIN_VALUE;
      cumulative[item] = sum;
    }
    SplittableRandom random = new SplittableRandom(seed);
    int[] items = new int[count];
    for (int i = 0; i < count; i++) {
      int found = Arrays.binarySearch(cumulative, random.nextDouble() * sum);
      items[i] = Math.min(found >= 0 ? found : -found - 1, cumulative.length - 1);
    }
    return items;
  }
}
