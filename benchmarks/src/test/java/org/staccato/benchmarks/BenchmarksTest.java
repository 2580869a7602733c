package org.staccato.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.network.NetworkWeights;

/** What the benchmarks measure is the right computation. */
class BenchmarksTest {
  private static final double BOUND = 1e-5;

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128, 256})
  void aStepIsThatOfTheReference(int size) throws IOException {
    LstmStepBenchmark benchmark = new LstmStepBenchmark();
    benchmark.size = size;
    benchmark.open();
    ReferenceLayer reference = new ReferenceLayer(BenchmarkWeights.layer(size));
    Random random = new Random(size);
    for (int step = 0; step < 5; step++) {
      float[] x = BenchmarkWeights.floats(random, size, 1);
      benchmark.setInput(x);
      benchmark.vector();
      reference.step(x);
    }
    assertTrue(benchmark.backend().startsWith("vector"), benchmark.backend());
    for (int unit = 0; unit < size; unit++) {
      assertEquals(reference.hidden(unit), benchmark.hidden(unit), BOUND, "unit " + unit);
    }
    benchmark.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128})
  void aStepOnAnItemIsThatOfTheReference(int size) throws IOException {
    ItemStepBenchmark benchmark = new ItemStepBenchmark();
    benchmark.size = size;
    benchmark.open();
    NetworkWeights network = BenchmarkWeights.network(ItemStepBenchmark.ITEMS, size);
    ReferenceLayer reference = new ReferenceLayer(network.layers().getFirst());
    ItemStepBenchmark order = new ItemStepBenchmark();
    for (int step = 0; step < 5; step++) {
      int item = order.next();
      reference.step(Arrays.copyOfRange(network.embedding(), item * size, (item + 1) * size));
      benchmark.vector();
    }
    for (int unit = 0; unit < size; unit++) {
      assertEquals(reference.hidden(unit), benchmark.hidden(unit), BOUND, "unit " + unit);
    }
    benchmark.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 16, 3416})
  void aRankingHoldsTheBestScores(int items) throws IOException {
    TopKBenchmark benchmark = new TopKBenchmark();
    benchmark.items = items;
    benchmark.size = 64;
    benchmark.open();
    int n = benchmark.vector();
    assertEquals(Math.min(items, TopKBenchmark.K), n);
    float last = benchmark.ranked().score(n - 1);
    int better = 0;
    for (int item = 0; item < items; item++) {
      better += benchmark.score(item) > last ? 1 : 0;
    }
    assertEquals(n - 1, better);
    benchmark.close();
  }
}
