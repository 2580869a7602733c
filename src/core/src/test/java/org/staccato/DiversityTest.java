package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.staccato.export.MatrixTypes;
import org.staccato.format.DataType;
import org.staccato.format.TensorOutput;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Weights;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** Diverse lists against maximal marginal relevance by brute force, in double precision. */
class DiversityTest {
  @TempDir Path folder;

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  private LiveModel open(Weights weights, MatrixTypes types) throws IOException {
    return LiveModel.open(
        RandomNetworks.write(folder.resolve("model.safetensors"), weights, types));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 0.5",
    "15, 3, 10, 5, 0.7",
    "16, 16, 16, 16, 0",
    "131, 17, 100, 10, 0.3",
    "300, 5, 1, 1, 0.9",
    "300, 8, 64, 20, 1",
  })
  void everyItemHasTheLargestMarginalRelevance(
      int items, int width, int candidates, int k, float lambda) throws IOException {
    for (MatrixTypes types : List.of(MatrixTypes.F32, MatrixTypes.BF16, MatrixTypes.I8)) {
      Weights weights = RandomNetworks.network(random, items, width, width);
      try (LiveModel live = open(weights, types)) {
        Scorer scorer = live.newScorer();
        UserState user = scorer.newState();
        scorer.step(user, random.nextInt(items));
        Ranked fetched = new Ranked();
        scorer.topK(user, candidates, fetched);
        Ranked list = new Ranked();
        Diversity diversity = new Diversity(lambda, candidates);
        assertEquals(
            Math.min(k, fetched.size()), scorer.topK(user, k, ItemFilter.NONE, diversity, list));
        requireLargest(fetched, list, lambda, rows(weights, types));
      }
    }
  }

  private static FloatMatrix rows(Weights weights, MatrixTypes types) {
    FloatMatrix exact = weights.matrixOf(weights.specification().ranking());
    float[] rows = new float[exact.rows() * exact.columns()];
    for (int i = 0; i < rows.length; i++) {
      float weight = exact.at(i / exact.columns(), i % exact.columns());
      rows[i] = types.output() == DataType.BF16 ? TensorOutput.bfloat16(weight) : weight;
    }
    return FloatMatrix.of(rows, exact.columns());
  }

  private void requireLargest(Ranked fetched, Ranked list, float lambda, FloatMatrix rows) {
    List<Integer> listed = new ArrayList<>();
    for (int place = 0; place < list.size(); place++) {
      double largest = Double.NEGATIVE_INFINITY;
      double found = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < fetched.size(); i++) {
        if (!listed.contains(fetched.item(i))) {
          double value = marginal(fetched, i, listed, lambda, rows);
          largest = Math.max(largest, value);
          found = fetched.item(i) == list.item(place) ? value : found;
        }
      }
      assertTrue(found >= largest - 1e-5, place + ": " + found + " " + largest + ", seed " + seed);
      listed.add(list.item(place));
    }
  }

  private static double marginal(
      Ranked fetched, int candidate, List<Integer> listed, float lambda, FloatMatrix rows) {
    double worst = fetched.score(fetched.size() - 1);
    double range = fetched.score(0) - worst;
    double relevance = range == 0 ? 1 : (fetched.score(candidate) - worst) / range;
    if (listed.isEmpty()) {
      return relevance;
    }
    double similarity = Double.NEGATIVE_INFINITY;
    for (int item : listed) {
      similarity = Math.max(similarity, cosine(rows, item, fetched.item(candidate)));
    }
    return lambda * relevance - (1 - lambda) * similarity;
  }

  private static double cosine(FloatMatrix rows, int a, int b) {
    return dot(rows, a, b) / Math.sqrt(dot(rows, a, a) * dot(rows, b, b));
  }

  private static double dot(FloatMatrix rows, int a, int b) {
    double sum = 0;
    for (int i = 0; i < rows.columns(); i++) {
      sum += (double) rows.at(a, i) * rows.at(b, i);
    }
    return sum;
  }

  @Test
  void aListHasNoMoreItemsOfACategoryThanItMayAndThoseInTheOrderOfTheScores() throws IOException {
    int items = 90;
    try (LiveModel live = open(RandomNetworks.network(random, items, 4, 4), MatrixTypes.F32)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 3);
      int[] categories = new int[items];
      Arrays.setAll(categories, item -> item % 4 - 1);
      Ranked fetched = new Ranked();
      scorer.topK(user, 50, fetched);
      List<Integer> expected = new ArrayList<>();
      int[] counts = new int[3];
      for (int i = 0; i < fetched.size(); i++) {
        int category = categories[fetched.item(i)];
        if (expected.size() < 20 && (category < 0 || counts[category]++ < 2)) {
          expected.add(fetched.item(i));
        }
      }
      Ranked list = new Ranked();
      Diversity diversity = new Diversity(1, 50).withCategories(categories, 2);
      scorer.topK(user, 20, ItemFilter.NONE, diversity, list);
      List<Integer> found = new ArrayList<>();
      for (int i = 0; i < list.size(); i++) {
        found.add(list.item(i));
      }
      assertEquals(expected, found, "seed " + seed);
    }
  }

  @Test
  void equalAndEmptyRowsAreNoTrouble() throws IOException {
    Weights weights = RandomNetworks.network(random, 20, 3, 3);
    float[] zeros = new float[60];
    try (LiveModel live =
        open(RandomNetworks.withOutput(weights, zeros, new float[20]), MatrixTypes.F32)) {
      Scorer scorer = live.newScorer();
      Ranked list = new Ranked();
      scorer.topK(scorer.newState(), 5, ItemFilter.NONE, new Diversity(0.5f, 20), list);
      for (int i = 0; i < 5; i++) {
        assertEquals(i, list.item(i));
      }
    }
  }

  @Test
  void valuesOutOfRangeAreRefused() throws IOException {
    assertThrows(IllegalArgumentException.class, () -> new Diversity(-0.1f, 10));
    assertThrows(IllegalArgumentException.class, () -> new Diversity(Float.NaN, 10));
    assertThrows(IllegalArgumentException.class, () -> new Diversity(0.5f, 0));
    Diversity diversity = new Diversity(0.5f, 10);
    assertThrows(IllegalArgumentException.class, () -> diversity.withCategories(new int[20], 0));
    try (LiveModel live = open(RandomNetworks.network(random, 20, 3, 3), MatrixTypes.F32)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      assertThrows(
          IllegalArgumentException.class,
          () -> scorer.topK(user, 11, ItemFilter.NONE, diversity, new Ranked()));
      Diversity other = diversity.withCategories(new int[19], 1);
      assertThrows(
          IllegalArgumentException.class,
          () -> scorer.topK(user, 5, ItemFilter.NONE, other, new Ranked()));
    }
  }
}
