package org.staccato.rank;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.staccato.network.LinearHead;

/**
 * Selects a list of relevant items that differ from each other: maximal marginal relevance (J.
 * Carbonell and J. Goldstein, 1998). The first item is the most relevant one; each further item is
 * the one with the largest
 *
 * <pre>
 * λ · relevance − (1 − λ) · largest similarity to an item of the list
 * </pre>
 *
 * <p>The relevance is the score, scaled so that the candidates have 0 to 1; the similarity is the
 * cosine of the items' rows of the output layer. Equal items are taken in the order of the
 * candidates.
 *
 * <p>Owns its scratch; confined to one thread at a time. Allocates only for a layer with wider rows
 * than all earlier ones.
 */
public final class MaximalMarginalRelevance {
  private final float lambda;
  private final int most;
  private final int @Nullable [] categories;
  private final float[] relevance;
  private final float[] similarity;
  private final boolean[] closed;
  private float[] rows = new float[0];

  /**
   * Allocates the scratch.
   *
   * @param lambda the weight of relevance, 0 to 1
   * @param candidates the largest number of candidates
   * @param categories the category of each item, negative for none, or null for no limit
   * @param most the largest number of items of a category
   */
  public MaximalMarginalRelevance(
      float lambda, int candidates, int @Nullable [] categories, int most) {
    this.lambda = lambda;
    this.categories = categories;
    this.most = most;
    relevance = new float[candidates];
    similarity = new float[candidates];
    closed = new boolean[candidates];
  }

  /**
   * Selects a list.
   *
   * @param output the output layer that ranked the candidates
   * @param candidates the candidates, the most relevant first
   * @param k the most items to select; the limit of a category may leave fewer
   * @param list receives the items in the order of the list, with their scores
   */
  public void select(LinearHead output, TopK candidates, int k, TopK list) {
    int count = candidates.size();
    list.start(Math.min(k, count));
    if (count == 0) {
      return;
    }
    float worst = candidates.score(count - 1);
    float range = candidates.score(0) - worst;
    for (int i = 0; i < count; i++) {
      relevance[i] = range > 0 ? (candidates.score(i) - worst) / range : 1;
    }
    Arrays.fill(closed, 0, count, false);
    boolean similar = lambda < 1;
    if (similar) {
      Arrays.fill(similarity, 0, count, Float.NEGATIVE_INFINITY);
      normalise(output, candidates);
    }
    int next = 0;
    while (next >= 0 && list.append(candidates.item(next), candidates.score(next))) {
      closed[next] = true;
      close(candidates, list, candidates.item(next));
      if (similar) {
        raiseSimilarities(next, count, output.inputs());
      }
      next = best(count, similar);
    }
  }

  /** Closes the candidates of a category that has as many items as it may. */
  private void close(TopK candidates, TopK list, int item) {
    int[] of = categories;
    if (of == null || of[item] < 0) {
      return;
    }
    int listed = 0;
    for (int i = 0; i < list.size(); i++) {
      listed += of[list.item(i)] == of[item] ? 1 : 0;
    }
    for (int i = 0; listed >= most && i < candidates.size(); i++) {
      closed[i] |= of[candidates.item(i)] == of[item];
    }
  }

  /** Returns the open candidate with the largest marginal relevance, or −1 if none is open. */
  private int best(int count, boolean similar) {
    int best = -1;
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      float value = lambda * relevance[i] - (similar ? (1 - lambda) * similarity[i] : 0);
      if (!closed[i] && value > largest) {
        best = i;
        largest = value;
      }
    }
    return best;
  }

  /** Copies the rows of the candidates, with length 1; a row of zeros is similar to none. */
  private void normalise(LinearHead output, TopK candidates) {
    int width = output.inputs();
    if (rows.length < relevance.length * width) {
      rows = new float[relevance.length * width];
    }
    for (int i = 0; i < candidates.size(); i++) {
      int at = i * width;
      output.copyWeights(candidates.item(i), rows, at);
      double squares = 0;
      for (int j = at; j < at + width; j++) {
        squares += (double) rows[j] * rows[j];
      }
      float factor = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
      for (int j = at; j < at + width; j++) {
        rows[j] *= factor;
      }
    }
  }

  private void raiseSimilarities(int listed, int count, int width) {
    for (int i = 0; i < count; i++) {
      if (!closed[i]) {
        similarity[i] = Math.max(similarity[i], cosine(i * width, listed * width, width));
      }
    }
  }

  /** Multiplies two rows, in four sums that do not wait for each other. */
  private float cosine(int a, int b, int width) {
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    for (int j = 0; j < width; j += 4) {
      first += rows[a + j] * rows[b + j];
      second += rows[a + j + 1] * rows[b + j + 1];
      third += rows[a + j + 2] * rows[b + j + 2];
      fourth += rows[a + j + 3] * rows[b + j + 3];
    }
    return first + second + (third + fourth);
  }
}
