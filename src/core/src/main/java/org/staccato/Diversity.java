package org.staccato;

import org.jspecify.annotations.Nullable;
import org.staccato.network.LinearHead;
import org.staccato.rank.MaximalMarginalRelevance;
import org.staccato.rank.TopK;

/**
 * Makes a list of recommendations diverse: more items than asked for are ranked, and of these the
 * list takes relevant ones that differ from each other, by maximal marginal relevance (J. Carbonell
 * and J. Goldstein, 1998), with a limit for each category where wanted.
 *
 * <p>The first item is the best one. Each further item has the largest λ · relevance − (1 − λ) ·
 * similarity: the relevance is its score, scaled so that the ranked items have 0 to 1, and the
 * similarity is the largest cosine between its output row and that of an item of the list.
 *
 * <p>Owns scratch; one thread at a time uses it. Allocates nothing after its first use, until a
 * version has wider output rows.
 */
public final class Diversity {

  /** The usual number of items that are ranked for a list. */
  public static final int USUAL_CANDIDATES = 100;

  private final float lambda;
  private final TopK candidates;
  private final int count;
  private final int @Nullable [] categories;
  private final MaximalMarginalRelevance relevance;

  /**
   * Makes diversity without categories.
   *
   * @param lambda the weight of relevance, 0 to 1: 1 keeps the order of the scores
   * @param candidates the number of items to rank, at least 1; the longest list
   * @throws IllegalArgumentException if a value is out of range
   */
  public Diversity(float lambda, int candidates) {
    this(lambda, candidates, null, Integer.MAX_VALUE);
  }

  private Diversity(float lambda, int candidates, int @Nullable [] categories, int most) {
    if (!(lambda >= 0 && lambda <= 1)) {
      throw new IllegalArgumentException("diversity: found λ = " + lambda + ", expected 0 to 1");
    }
    if (candidates < 1) {
      throw new IllegalArgumentException(
          "candidates: found " + candidates + ", expected at least 1");
    }
    this.lambda = lambda;
    count = candidates;
    this.categories = categories;
    this.candidates = new TopK(candidates);
    relevance = new MaximalMarginalRelevance(lambda, candidates, categories, most);
  }

  /**
   * Limits the items of a category. A list is shorter than asked for if too few of the ranked items
   * are left.
   *
   * @param categoryOfItem the category of each item, by its index in the version that ranks;
   *     negative for none; copied
   * @param most the largest number of items of a category in a list, at least 1
   * @return diversity with the limit, and with scratch of its own
   * @throws IllegalArgumentException if the number is below 1
   */
  public Diversity withCategories(int[] categoryOfItem, int most) {
    if (most < 1) {
      throw new IllegalArgumentException(
          "items of a category: found " + most + ", expected at least 1");
    }
    return new Diversity(lambda, count, categoryOfItem.clone(), most);
  }

  /** Returns the number of items to rank for a list. */
  int candidates(int k) {
    if (k > count) {
      throw new IllegalArgumentException(
          "k: found " + k + ", expected at most the " + count + " candidates");
    }
    return count;
  }

  /** Returns the ranking of the candidates, to be filled. */
  TopK ranking(int items) {
    int[] of = categories;
    if (of != null && of.length != items) {
      throw new IllegalArgumentException(
          "categories: found those of " + of.length + " items, expected " + items);
    }
    candidates.clear();
    return candidates;
  }

  /** Selects the list from the ranking. */
  void select(LinearHead output, int k, TopK list) {
    relevance.select(output, candidates, k, list);
  }
}
