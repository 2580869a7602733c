package org.staccato.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.Ranked;
import org.staccato.export.ReferenceNetwork;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Weights;

/** The benchmarks make the right computations. */
class BenchmarksTest {
  private static final double BOUND = 1e-5;
  private static final ValueLayout.OfInt INTEGER =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128, 256})
  void aStepIsThatOfTheReference(int size) throws IOException {
    LstmStepBenchmark benchmark = new LstmStepBenchmark();
    benchmark.size = size;
    benchmark.weights = "F32";
    benchmark.open();
    ReferenceNetwork reference = new ReferenceNetwork(BenchmarkWeights.layer(size));
    Random random = new Random(size);
    for (int step = 0; step < 5; step++) {
      float[] x = BenchmarkWeights.floats(random, size, 1);
      benchmark.steps().setInput(x);
      benchmark.vector();
      reference.step(FloatMatrix.of(x, size), 0);
    }
    assertTrue(benchmark.steps().backend().startsWith("vector"), benchmark.steps().backend());
    for (int unit = 0; unit < size; unit++) {
      assertEquals(reference.output()[unit], benchmark.steps().hidden(unit), BOUND, "unit " + unit);
    }
    benchmark.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128})
  void aStepOnAnItemIsThatOfTheReference(int size) throws IOException {
    ItemStepBenchmark benchmark = new ItemStepBenchmark();
    benchmark.size = size;
    benchmark.weights = "F32";
    benchmark.open();
    ReferenceNetwork reference =
        new ReferenceNetwork(BenchmarkWeights.network(ItemSteps.ITEMS, size));
    int item = 0;
    for (int step = 0; step < 5; step++) {
      item = ItemSteps.after(item);
      reference.step(item);
      benchmark.vector();
    }
    for (int unit = 0; unit < size; unit++) {
      assertEquals(reference.output()[unit], benchmark.steps().hidden(unit), BOUND, "unit " + unit);
    }
    benchmark.close();
  }

  @ParameterizedTest
  @EnumSource(BlockStepBenchmark.Network.class)
  void aStepOfABlockIsThatOfTheReference(BlockStepBenchmark.Network network) throws IOException {
    BlockStepBenchmark benchmark = new BlockStepBenchmark();
    benchmark.size = 32;
    benchmark.network = network;
    benchmark.open();
    Weights weights = BenchmarkWeights.ranking(ItemSteps.ITEMS, network.layers(32));
    ReferenceNetwork reference = new ReferenceNetwork(weights);
    int item = 0;
    for (int step = 0; step < 5; step++) {
      item = ItemSteps.after(item);
      reference.step(item);
      benchmark.vector();
    }
    for (int ranked = 0; ranked < 100; ranked++) {
      double expected = reference.score(weights.specification().ranking(), ranked);
      assertEquals(expected, benchmark.steps().score(ranked), 2e-5, "item " + ranked);
    }
    benchmark.close();
  }

  @ParameterizedTest
  @CsvSource({"5, 4", "16, 4", "3416, 4", "3416, 2", "3416, 1"})
  void aRankingHoldsTheBestScores(int items, int bytes) throws IOException {
    TopKBenchmark benchmark = new TopKBenchmark();
    benchmark.items = items;
    benchmark.size = 64;
    benchmark.bytes = bytes;
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

  @ParameterizedTest
  @CsvSource({"5, F32", "3416, F32", "3416, I8"})
  void batchesHoldTheRankingsOfOneUserAtATime(int items, String weights) throws IOException {
    BatchTopKBenchmark benchmark = new BatchTopKBenchmark();
    benchmark.items = items;
    benchmark.size = 64;
    benchmark.weights = weights;
    benchmark.open();
    benchmark.oneAtATime();
    String expected = Arrays.toString(benchmark.ranked());
    List<Runnable> batches =
        List.of(
            benchmark::batchesOf1,
            benchmark::batchesOf4,
            benchmark::batchesOf8,
            benchmark::batchesOf32);
    for (Runnable batch : batches) {
      Arrays.setAll(benchmark.ranked(), i -> new Ranked());
      batch.run();
      assertEquals(expected, Arrays.toString(benchmark.ranked()));
    }
    benchmark.close();
  }

  @Test
  void aPreparedStepAndAWindowPredictWhatAStreamDoes() throws IOException {
    StreamBenchmark stream = new StreamBenchmark();
    stream.weights = "F32";
    stream.open();
    PreparedStreamBenchmark prepared = new PreparedStreamBenchmark();
    prepared.weights = "F32";
    prepared.open();
    float[] window = StreamNetwork.inputs(StreamNetwork.STEPS);
    for (int step = 0; step < StreamNetwork.STEPS; step++) {
      float[] x =
          Arrays.copyOfRange(window, step * StreamNetwork.SIZE, (step + 1) * StreamNetwork.SIZE);
      stream.steps().setInput(x);
      stream.vector();
      prepared.steps().setInput(x);
      prepared.prepare();
      prepared.vector();
    }
    WindowBenchmark whole = new WindowBenchmark();
    whole.weights = "F32";
    whole.open();
    whole.vector();
    assertEquals(stream.steps().output(), prepared.steps().output());
    assertEquals(stream.steps().output(), whole.output(), BOUND);
    stream.close();
    prepared.close();
    whole.close();
  }

  @Test
  void aBatchAdvancesEveryUser() throws IOException {
    BatchBenchmark benchmark = new BatchBenchmark();
    benchmark.size = 64;
    benchmark.users = 5;
    benchmark.weights = "F32";
    benchmark.open();
    benchmark.vector();
    float[] inputs = BenchmarkWeights.floats(new Random(1), 5 * 64, 1);
    for (int user = 0; user < 5; user++) {
      ReferenceNetwork reference = new ReferenceNetwork(BenchmarkWeights.layer(64));
      reference.step(FloatMatrix.of(inputs, 64), user);
      for (int unit = 0; unit < 64; unit++) {
        assertEquals(reference.output()[unit], benchmark.hidden(user, unit), BOUND);
      }
    }
    benchmark.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 3416})
  void aReadTouchesEveryByte(int items) throws IOException {
    ReadBandwidthBenchmark benchmark = new ReadBandwidthBenchmark();
    benchmark.items = items;
    benchmark.size = 64;
    benchmark.bytes = 1;
    benchmark.open();
    MemorySegment segment = benchmark.segment();
    int sum = 0;
    for (long at = 0; at < segment.byteSize(); at += Integer.BYTES) {
      sum += segment.get(INTEGER, at);
    }
    assertEquals(sum, benchmark.read());
    benchmark.close();
  }
}
