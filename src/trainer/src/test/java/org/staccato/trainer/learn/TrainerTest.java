package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.export.ReferenceNetwork;
import org.staccato.format.ItemKeys;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Weights;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.kernel.Matrix;
import org.staccato.trainer.learn.NextItemNetwork.Block;
import org.staccato.trainer.learn.NextItemNetwork.Cell;
import org.staccato.trainer.learn.TrainingOptions.Order;
import org.staccato.trainer.sequence.Sequences;

class TrainerTest {

  private static final ModelSpecification SMALL = network(12, 16, List.of(16), true);
  private static final TrainingListener SILENT = new TrainingListener() {};

  @ParameterizedTest
  @EnumSource(Order.class)
  void learnsAGrammarToAlmostNoLoss(Order order) throws Exception {
    requireGrammar(SMALL, order);
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void blocksLearnAGrammarToo(Cell cell) throws Exception {
    requireGrammar(
        network(12, 16, List.of(16), true, new Block(cell, false, false, 0, 0, 0)), Order.SHUFFLED);
    requireGrammar(
        network(12, 16, List.of(16), true, new Block(cell, true, true, 0, 2, 0)), Order.SHUFFLED);
  }

  private static void requireGrammar(ModelSpecification network, Order order) throws Exception {
    // After 0 come 1 2 3 in turn, after 4 come 3 2 1: what follows depends on how it began.
    int[][] sequences = new int[64][];
    for (int i = 0; i < sequences.length; i++) {
      boolean rising = i % 2 == 0;
      sequences[i] = new int[20];
      sequences[i][0] = rising ? 0 : 4;
      for (int position = 1; position < 20; position++) {
        int turn = (position - 1) % 3;
        sequences[i][position] = rising ? 1 + turn : 3 - turn;
      }
    }
    TrainingOptions options =
        plain()
            .withOrder(order)
            .withEpochs(60)
            .withPatience(60)
            .withLearningRate(0.01)
            .withBatchSize(16)
            .withWindow(8);
    TrainingResult result =
        new Trainer(network, options).train(Sequences.of(12, sequences), weights -> 0, SILENT);
    assertTrue(result.epochs().getLast().loss() < 0.02, () -> "" + result.epochs().getLast());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void equalSeedsGiveEqualBytes(int threads) throws Exception {
    Sequences sequences = random(200);
    TrainingOptions options =
        TrainingOptions.forLongSequences()
            .withThreads(threads)
            .withEpochs(2)
            .withWindow(7)
            .withSeed(99);
    for (ModelSpecification network :
        List.of(
            network(12, 9, List.of(10, 17), false),
            network(12, 9, List.of(9, 9), true, new Block(Cell.GRU, true, true, 4, 2, 6)))) {
      WeightArrays first = learn(network, sequences, options);
      WeightArrays second = learn(network, sequences, options);
      first.byName().forEach((name, values) -> assertArrayEquals(values, second.get(name), name));
      WeightArrays other = learn(network, sequences, options.withSeed(100));
      first
          .byName()
          .forEach((name, values) -> assertFalse(Arrays.equals(values, other.get(name)), name));
    }
  }

  @ParameterizedTest
  @EnumSource(Loss.Kind.class)
  void everyLossLearnsAGrammar(Loss.Kind kind) throws Exception {
    TrainingOptions options =
        plain()
            .withLoss(Loss.of(kind).withNegatives(7))
            .withEpochs(100)
            .withPatience(100)
            .withLearningRate(0.02)
            .withWindow(8);
    int[][] sequences = new int[32][];
    for (int i = 0; i < sequences.length; i++) {
      sequences[i] = new int[12];
      for (int position = 0; position < 12; position++) {
        sequences[i][position] = (i + position) % 12;
      }
    }
    AtomicInteger epochs = new AtomicInteger();
    Weights weights =
        new Trainer(SMALL, options)
            .train(Sequences.of(12, sequences), each -> epochs.incrementAndGet(), SILENT)
            .weights();
    ReferenceNetwork served = new ReferenceNetwork(weights);
    for (int event = 0; event < 24; event++) {
      served.step(event % 12);
      int best =
          IntStream.range(0, 12)
              .boxed()
              .max(Comparator.comparingDouble(item -> served.score(SMALL.ranking(), item)))
              .orElseThrow();
      assertEquals((event + 1) % 12, best, kind + " after event " + event);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void equalSeedsGiveEqualBytesOfASample(int threads) throws Exception {
    TrainingOptions options =
        plain()
            .withThreads(threads)
            .withEpochs(2)
            .withUpdates(Updates.USUAL.withAverage(0.9))
            .withLoss(Loss.of(Loss.Kind.SAMPLED).withNegatives(5));
    ModelSpecification network = network(12, 9, List.of(10), false);
    WeightArrays first = learn(network, random(200), options);
    WeightArrays second = learn(network, random(200), options);
    first.byName().forEach((name, values) -> assertArrayEquals(values, second.get(name), name));
  }

  /** Where every window touches every item, an update by rows is that of the whole. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void updatesByRowsAreTheUpdatesOfTheWhole(int threads) throws Exception {
    TrainingOptions options =
        plain()
            .withThreads(threads)
            .withEpochs(2)
            .withWeightDecay(0.01)
            .withUpdates(Updates.USUAL.withAlgorithm(Updates.Algorithm.ADAGRAD));
    WeightArrays whole = learn(SMALL, random(200), options);
    WeightArrays byRow = learn(SMALL, random(200), options.withLoss(Loss.of(Loss.Kind.SAMPLED)));
    whole
        .byName()
        .forEach((name, values) -> assertArrayEquals(values, byRow.get(name), 5e-3f, name));
  }

  @Test
  void anItemThatNoWindowTouchesKeepsItsFirstWeights() throws Exception {
    ModelSpecification network = network(4000, 8, List.of(8), true);
    TrainingOptions options =
        plain()
            .withThreads(2)
            .withEpochs(1)
            .withWeightDecay(0.1)
            .withLoss(Loss.of(Loss.Kind.SAMPLED).withNegatives(3));
    float[] first = new ParameterArray(network, 1, 0, true, null).initialise(firstSeed(options));
    float[] learnt =
        WeightArrays.of(
                new Trainer(network, options)
                    .train(Sequences.of(4000, new int[] {1, 2, 3, 4}), each -> 0, SILENT)
                    .weights())
            .get(ModelSpecification.embeddingName());
    int moved = 0;
    for (int item = 0; item < 4000; item++) {
      moved += learnt[item * 8] == first[item * Matrix.padded(8)] ? 0 : 1;
    }
    // The four items, and three negatives of each of two threads in the only window.
    assertTrue(moved >= 4 && moved <= 10, moved + " items");
  }

  private static long firstSeed(TrainingOptions options) {
    return new SplittableRandom(options.seed()).nextLong();
  }

  private static WeightArrays learn(
      ModelSpecification network, Sequences sequences, TrainingOptions options) throws Exception {
    return WeightArrays.of(
        new Trainer(network, options).train(sequences, weights -> 0, SILENT).weights());
  }

  @Test
  void stopsWithoutImprovementAndReturnsTheBestWeights() throws Exception {
    double[] scores = {0.1, 0.3, 0.2, 0.3, 0.1, 0.9};
    List<Weights> judged = new ArrayList<>();
    List<EpochReport> heard = new ArrayList<>();
    TrainingResult result =
        new Trainer(SMALL, plain().withEpochs(20).withPatience(3))
            .train(
                random(50),
                weights -> {
                  judged.add(weights);
                  return scores[judged.size() - 1];
                },
                new TrainingListener() {
                  @Override
                  public void onEpoch(EpochReport report) {
                    heard.add(report);
                  }
                });
    assertEquals(2, result.bestEpoch());
    assertSame(judged.get(1), result.weights());
    assertEquals(5, result.epochs().size());
    assertEquals(result.epochs(), heard);
    assertTrue(heard.get(1).best());
    assertFalse(heard.get(3).best());
  }

  @Test
  void weightsThatWereJudgedDoNotChangeAfterwards() throws Exception {
    List<Weights> judged = new ArrayList<>();
    List<float[]> copies = new ArrayList<>();
    new Trainer(SMALL, plain().withEpochs(2))
        .train(
            random(50),
            weights -> {
              judged.add(weights);
              copies.add(embedding(weights));
              return judged.size();
            },
            SILENT);
    assertArrayEquals(copies.getFirst(), embedding(judged.getFirst()));
    assertFalse(Arrays.equals(copies.getFirst(), copies.getLast()));
  }

  private static float[] embedding(Weights weights) {
    return WeightArrays.of(weights).get(ModelSpecification.embeddingName());
  }

  @Test
  void aCatalogueOfOneItemIsLearntWithoutLoss() throws Exception {
    TrainingResult result =
        new Trainer(network(1, 3, List.of(3), true), plain().withEpochs(1))
            .train(Sequences.of(1, new int[5], new int[9]), weights -> 0, SILENT);
    assertEquals(0, result.epochs().getFirst().loss(), 1e-6);
  }

  @Test
  void aSequenceOfAHundredThousandEventsIsLearnt() throws Exception {
    int[] sequence = new int[100_000];
    Arrays.setAll(sequence, i -> i % 12);
    TrainingResult result =
        new Trainer(SMALL, plain().withEpochs(2).withBatchSize(8).withLearningRate(0.01))
            .train(Sequences.of(12, sequence), weights -> 0, SILENT);
    assertTrue(result.epochs().getLast().loss() < 0.1);
  }

  @Test
  void sequencesOfOneEventAreNothingToLearnFrom() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Trainer(SMALL, plain())
                    .train(Sequences.of(12, new int[1], new int[1]), weights -> 0, SILENT));
    assertEquals(
        "sequences: found none of at least 2 events among 2, so there is nothing to predict",
        e.getMessage());
  }

  @Test
  void anotherCatalogueIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Trainer(SMALL, plain()).train(Sequences.of(13, new int[5]), weights -> 0, SILENT));
  }

  @Test
  void divergenceIsAnErrorAndNotAWeightFileFullOfNaN() {
    TrainingOptions options = plain().withLearningRate(1e30).withClipNorm(1e30).withEpochs(10);
    TrainingDivergedException e =
        assertThrows(
            TrainingDivergedException.class,
            () -> new Trainer(SMALL, options).train(random(500), weights -> 0, SILENT));
    assertTrue(e.toString().contains("training diverged in epoch "), e.toString());
  }

  @Test
  void anErrorOfTheValidationEndsTheTraining() {
    assertThrows(
        java.io.IOException.class,
        () ->
            new Trainer(SMALL, plain())
                .train(
                    random(50),
                    weights -> {
                      throw new java.io.IOException("full disk");
                    },
                    SILENT));
  }

  private static ModelSpecification network(
      int items, int width, List<Integer> units, boolean tied) {
    return network(items, width, units, tied, Block.PLAIN);
  }

  private static ModelSpecification network(
      int items, int width, List<Integer> units, boolean tied, Block block) {
    return NextItemNetwork.of(new ItemInput(items, width, ItemKeys.Kind.LONG), units, tied, block);
  }

  private static TrainingOptions plain() {
    return TrainingOptions.forLongSequences()
        .withDropout(Dropout.NONE)
        .withSchedule(Optimization.Schedule.CONSTANT);
  }

  private static Sequences random(int count) {
    Random random = RandomSeed.random(5);
    int[][] sequences = new int[count][];
    for (int i = 0; i < count; i++) {
      sequences[i] = random.ints(1 + random.nextInt(30), 0, 12).toArray();
    }
    return Sequences.of(12, sequences);
  }
}
