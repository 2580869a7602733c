package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.staccato.format.ItemKeys;
import org.staccato.model.FeatureWeights;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Weights;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.feature.FeatureRow;
import org.staccato.trainer.feature.ItemFeatures;
import org.staccato.trainer.sequence.Sequences;

/** Rows of items that are composed of their own part and their features' parts. */
class ComposedRowsTest {
  private static final int FEATURES = 4;

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  /** The last item has no features. */
  private ItemFeatures features(int items) {
    List<FeatureRow> rows = new ArrayList<>();
    for (int item = 0; item + 1 < items; item++) {
      int second = 1 + random.nextInt(FEATURES - 1);
      rows.add(new FeatureRow(new int[] {0, second}, new float[] {1, random.nextFloat()}));
    }
    rows.add(new FeatureRow(new int[0], new float[0]));
    return new ItemFeatures("{}", FEATURES, rows);
  }

  private static ModelSpecification network(int items, int width) {
    ItemInput input = new ItemInput(items, width, ItemKeys.Kind.LONG);
    return NextItemNetwork.of(input, List.of(width), true);
  }

  @ParameterizedTest
  @CsvSource({"7, 5, 0", "15, 16, 0.5", "17, 1, 0.5", "2, 17, 0.9", "31, 3, 0.3"})
  void gradientOfEveryPartAgreesWithFiniteDifferences(int items, int width, float dropout) {
    FeatureLearning learning = new FeatureLearning(features(items), dropout);
    ParameterArray parameters = new ParameterArray(network(items, width), 1, 0, false, learning);
    LearntWeights weights = new LearntWeights(parameters, seed);
    for (String name : List.of("items.features.rows", "items.features.biases")) {
      fillRandomly(parameters.range(name), weights.values);
    }
    weights.compose(3, 0, 1);
    weights.refresh(0, 1);
    TrainingOptions options =
        TrainingOptions.forLongSequences().withWindow(6).withDropout(Dropout.NONE);
    Shard shard = new Shard(parameters, options, FullLoss.over(items)::newPass, 8);
    int targets = fill(shard.window, items);
    shard.run(weights, 1f / targets, 3);
    ComposedRows composed = Objects.requireNonNull(weights.composed);
    composed.backwardToFeatures(shard.gradient, 0, 1);
    composed.backwardToItems(shard.gradient, 3, 0, 1);

    for (String name :
        List.of(
            "items.own.rows", "items.features.rows", "items.own.biases", "items.features.biases")) {
      ParameterRange range = parameters.range(name);
      float[] found = range.copy(shard.gradient);
      for (int i = 0; i < found.length; i += 1 + random.nextInt(5)) {
        int at = range.matrix(weights.values).index(0, 0) + paddedIndex(range, i);
        double expected =
            CentralDifference.of(weights.values, at, () -> loss(parameters, weights, shard.window))
                / targets;
        assertEquals(expected, found[i], 3e-5, name + " " + i + ", seed " + seed);
      }
    }
  }

  private static int paddedIndex(ParameterRange range, int element) {
    int columns = range.parameter().columns();
    int padded = range.parameter().isMatrix() ? range.matrix(new float[1 << 16]).columns() : 1;
    return element / columns * padded + element % columns;
  }

  private void fillRandomly(ParameterRange range, float[] values) {
    int columns = range.parameter().columns();
    for (int i = 0; i < range.parameter().rows() * columns; i++) {
      values[range.offset() + paddedIndex(range, i)] = (float) (0.3 * random.nextGaussian());
    }
  }

  /** Computes the loss in double precision over rows that are composed anew. */
  private static double loss(ParameterArray parameters, LearntWeights weights, Window window) {
    weights.compose(3, 0, 1);
    Weights composed = parameters.export(weights.values);
    WindowReference reference = new WindowReference(composed);
    float[][] masks = new float[2][window.rows() * 32];
    for (float[] mask : masks) {
      Arrays.fill(mask, 1f);
    }
    return reference.loss(window, reference.newStates(window.streams), masks);
  }

  private int fill(Window window, int items) {
    window.clear();
    for (int stream = 0; stream < window.streams; stream++) {
      for (int step = 0; step < 4; step++) {
        window.set(step, stream, random.nextInt(items), random.nextInt(items), step == 0);
      }
    }
    return 4 * window.streams;
  }

  @Test
  void exportedRowsAreSumsOfTheirPartsAndNoneIsDropped() {
    ItemFeatures features = features(9);
    ParameterArray parameters =
        new ParameterArray(network(9, 5), 1, 0, false, new FeatureLearning(features, 0.9f));
    LearntWeights weights = new LearntWeights(parameters, seed);
    fillRandomly(parameters.range("items.features.rows"), weights.values);
    float[] own = parameters.range("items.own.rows").copy(weights.values);
    weights.compose(7, 0, 1);
    Weights exported = weights.export();
    FeatureWeights ofFeatures = exported.features().orElseThrow();
    for (int item = 0; item < 9; item++) {
      for (int column = 0; column < 5; column++) {
        double[] sum = {own[item * 5 + column]};
        int at = column;
        features.ofItem(
            item,
            (feature, weight) -> sum[0] += (double) weight * ofFeatures.rows().at(feature, at));
        assertEquals(sum[0], exported.embedding().at(item, column), 1e-6, "seed " + seed);
      }
    }
  }

  @Test
  void aTrainingIsTheSameForTheSameSeedAndLearnsFeatures() throws Exception {
    ItemFeatures features = features(12);
    Weights first = train(features);
    Weights second = train(features);
    assertArrayEquals(
        WeightArrays.of(first).get("input.embedding"),
        WeightArrays.of(second).get("input.embedding"));
    double largest = 0;
    for (int feature = 0; feature < FEATURES; feature++) {
      largest = Math.max(largest, Math.abs(first.features().orElseThrow().rows().at(feature, 0)));
    }
    assertTrue(largest > 0);
  }

  private static Weights train(ItemFeatures features) throws Exception {
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      sequences.add(new int[] {i % 12, (i + 1) % 12, (i + 2) % 12, (i + 3) % 12});
    }
    TrainingOptions options = TrainingOptions.forShortSessions().withEpochs(3).withThreads(2);
    return new Trainer(network(12, 8), options, new FeatureLearning(features, 0.3f))
        .train(Sequences.of(12, sequences), weights -> 1.0, new TrainingListener() {})
        .weights();
  }

  @Test
  void anOutputOfItsOwnAndAnotherCatalogueAreRefused() {
    FeatureLearning learning = new FeatureLearning(features(9), 0.1f);
    ItemInput input = new ItemInput(9, 5, ItemKeys.Kind.LONG);
    ModelSpecification untied = NextItemNetwork.of(input, List.of(5), false);
    assertThrows(
        IllegalArgumentException.class, () -> new ParameterArray(untied, 1, 0, false, learning));
    ModelSpecification other = network(10, 5);
    assertThrows(
        IllegalArgumentException.class, () -> new ParameterArray(other, 1, 0, false, learning));
    assertThrows(IllegalArgumentException.class, () -> new FeatureLearning(features(9), 1f));
  }
}
