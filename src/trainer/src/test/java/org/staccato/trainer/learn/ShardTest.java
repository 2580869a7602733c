package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.staccato.format.ItemKeys;
import org.staccato.model.FeedForward;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.model.RecurrentLayer;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.kernel.Matrix;
import org.staccato.trainer.sequence.Sequences;

/** Loss and gradient of a window against the double-precision network. */
class ShardTest {

  private static final int STREAMS = 8;
  private static final int STEPS = 6;

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @ParameterizedTest
  @CsvSource({
    "7, 5, '5', true, 0",
    "1, 3, '3', true, 0",
    "23, 3, '4', false, 0",
    "17, 17, '17', true, 0.3",
    "16, 4, '3 5 4', true, 0.4",
    "15, 2, '1 16', false, 0.4",
    "31, 1, '1', true, 0",
  })
  void gradientOfEveryWeightAgreesWithFiniteDifferences(
      int items, int embeddingSize, String hiddenSizes, boolean tied, float dropout) {
    List<Integer> sizes = Arrays.stream(hiddenSizes.split(" ")).map(Integer::valueOf).toList();
    requireGradients(parameters(items, embeddingSize, sizes, tied), null, dropout);
  }

  /** Blocks of normalised recurrent layers and feed-forward networks, with ways around them. */
  @ParameterizedTest
  @CsvSource({"9, 5, 1, false, 0", "14, 9, 2, true, 0.4", "7, 17, 1, true, 0.3"})
  void gradientOfBlocksAgreesWithFiniteDifferences(
      int items, int width, int blocks, boolean tied, float dropout) {
    ItemInput input = new ItemInput(items, width, ItemKeys.Kind.LONG);
    ModelSpecification specification =
        new ModelSpecification(
            input,
            Kinds.blocks(width, blocks),
            List.of(new Ranking(Ranking.NEXT, width, items, tied)));
    requireGradients(new ParameterArray(specification, 1), null, dropout);
  }

  /** Networks that take attributes of events, with each loss of a value and with that of a rank. */
  @ParameterizedTest
  @CsvSource({
    "7, 5, LSTM, SQUARED, false, 0",
    "15, 17, GRU, SQUARED, true, 0.3",
    "1, 3, LSTM, ABSOLUTE, true, 0",
    "16, 16, LSTM, BINARY_CROSS_ENTROPY, true, 0.2",
    "9, 1, GRU, BINARY_CROSS_ENTROPY, false, 0",
    "11, 6, LSTM, , true, 0.2",
    "11, 6, GRU, , false, 0",
  })
  void gradientOfAttributesAndValuesAgreesWithFiniteDifferences(
      int items,
      int width,
      NextItemNetwork.Cell cell,
      ValueObjective.@Nullable Loss loss,
      boolean tied,
      float dropout) {
    ItemInput input = new ItemInput(items, width, ItemKeys.Kind.LONG, Kinds.attributes());
    NextItemNetwork.Block block = new NextItemNetwork.Block(cell, true, true, 0, 2, 0);
    Link link = loss == null ? Link.NONE : Link.IDENTITY;
    ModelSpecification specification =
        NextItemNetwork.of(input, List.of(width, width), tied, block, link);
    requireGradients(new ParameterArray(specification, 1, 0.3f, false, null), loss, dropout);
  }

  private void requireGradients(
      ParameterArray parameters, ValueObjective.@Nullable Loss valueLoss, float dropout) {
    int items = parameters.input().items();
    TrainingOptions options = options(dropout);
    LearntWeights weights = new LearntWeights(parameters, seed);
    HeadPass.Factory heads =
        valueLoss == null
            ? FullLoss.over(items)::newPass
            : (array, rows, window, touched) -> new ValuePass(array, valueLoss, rows, window);
    Shard shard = new Shard(parameters, options, heads, STREAMS);
    WindowReference reference = new WindowReference(weights.export(), valueLoss);
    double[][][][] states = reference.newStates(STREAMS);

    // The first window only leaves a state behind: the gradient must not reach back into it.
    int firstTargets = fill(shard.window, items, true);
    shard.run(weights, 1f / firstTargets, 17);
    reference.loss(shard.window, states, masks(parameters, options, shard.window, 17));
    Arrays.fill(shard.gradient, 0f);

    int targets = fill(shard.window, items, false);
    shard.run(weights, 1f / targets, 18);
    float[][] masks = masks(parameters, options, shard.window, 18);
    double loss = reference.loss(shard.window, states.clone(), masks);
    assertEquals(loss, shard.loss, 0x1p-18 * loss + 0x1p-18, "loss, seed " + seed);

    // A gradient is a sum over rows of products of rounded factors of about this size.
    double bound = 64 * 0x1p-24 * Math.sqrt(shard.window.rows()) + 2e-6;
    WeightArrays gradients = WeightArrays.of(parameters.export(shard.gradient));
    reference
        .arrays()
        .byName()
        .forEach(
            (name, values) -> {
              for (int i = 0; i < values.length; i++) {
                DoubleSupplier sum = () -> reference.loss(shard.window, states.clone(), masks);
                double expected = CentralDifference.of(values, i, sum) / targets;
                float found = gradients.get(name)[i];
                boolean near = Math.abs(expected - found) <= bound;
                double error = near ? 0 : CentralDifference.error(values, i, sum) / targets;
                String where = name + ", weight " + i + ", seed " + seed;
                assertEquals(expected, found, bound + error, where);
              }
            });
  }

  @Test
  void paddingNeverReceivesGradient() {
    ParameterArray parameters = parameters(19, 5, List.of(5), true);
    LearntWeights weights = new LearntWeights(parameters, seed);
    Shard shard = shard(parameters, options(0.2f));
    fill(shard.window, 19, true);
    shard.run(weights, 1, 3);
    Padding.requireZeros(parameters, shard.gradient);
  }

  @Test
  void twoWindowsCarryTheStateLikeOneLongWindow() {
    ParameterArray parameters = parameters(13, 6, List.of(7, 6), true);
    int[] sequence = random.ints(2 * STEPS + 1, 0, 13).toArray();
    assertEquals(loss(parameters, 2 * STEPS, sequence), loss(parameters, STEPS, sequence), 1e-4);
  }

  @Test
  void nothingLeaksFromOneSequenceIntoTheNext() {
    ParameterArray parameters = parameters(13, 6, List.of(6), true);
    int[] first = random.ints(5, 0, 13).toArray();
    int[] second = random.ints(9, 0, 13).toArray();
    for (int window : new int[] {1, 2, 5, 100}) {
      assertEquals(
          loss(parameters, window, first) + loss(parameters, window, second),
          loss(parameters, window, first, second),
          1e-4,
          "window " + window + ", seed " + seed);
    }
  }

  /** Computes the loss of sequences that follow each other in one stream. */
  private double loss(ParameterArray parameters, int window, int[]... sequences) {
    LearntWeights weights = new LearntWeights(parameters, seed);
    Shard shard = shard(parameters, options(0).withWindow(window));
    int[] order = new int[sequences.length];
    Arrays.setAll(order, i -> i);
    EventStreams streams =
        new EventStreams(
            Sequences.of(parameters.input().items(), sequences), order, 1, Long.MAX_VALUE);
    double loss = 0;
    while (streams.next(new Window[] {shard.window}) > 0) {
      shard.run(weights, 1, 0);
      loss += shard.loss;
    }
    return loss;
  }

  /** Fills a window with random events, some streams idle at the end; returns the targets. */
  private int fill(Window window, int items, boolean begin) {
    window.clear();
    int targets = 0;
    for (int stream = 0; stream < STREAMS; stream++) {
      int steps = stream == 0 ? STEPS : random.nextInt(STEPS + 1);
      for (int step = 0; step < steps; step++) {
        boolean start = (begin && step == 0) || random.nextInt(4) == 0;
        window.set(step, stream, random.nextInt(items), random.nextInt(items), start);
        int row = step * STREAMS + stream;
        window.values[row] = random.nextInt(2);
        for (int i = 0; i < window.attributes.length; i++) {
          window.attributes[i][row] = random.nextInt(Kinds.attributes().get(i).values());
        }
        targets++;
      }
    }
    return targets;
  }

  private static float[][] masks(
      ParameterArray parameters, TrainingOptions options, Window window, int seed) {
    List<Layer> layers = parameters.specification().layers();
    float[][] masks = new float[layers.size() + 1][];
    for (int i = 0; i < masks.length; i++) {
      int width = i == 0 ? parameters.input().width() : layers.get(i - 1).width();
      masks[i] = new float[window.rows() * Matrix.padded(width)];
      Arrays.fill(masks[i], 1f);
      if (i == 0 || i == layers.size() || isDropped(layers.get(i - 1))) {
        Dropout.drop(masks[i], masks[i].length, options.dropout().hidden(), seed + i);
      }
    }
    return masks;
  }

  /** Dropout between layers acts on what a layer computes. */
  private static boolean isDropped(Layer layer) {
    return layer instanceof RecurrentLayer || layer instanceof FeedForward;
  }

  private static TrainingOptions options(float dropout) {
    return TrainingOptions.forLongSequences()
        .withWindow(STEPS)
        .withDropout(new Dropout(dropout, dropout, dropout));
  }

  private static ParameterArray parameters(
      int items, int embeddingSize, List<Integer> units, boolean tied) {
    ItemInput input = new ItemInput(items, embeddingSize, ItemKeys.Kind.LONG);
    return new ParameterArray(NextItemNetwork.of(input, units, tied), 1);
  }

  private static Shard shard(ParameterArray parameters, TrainingOptions options) {
    return new Shard(
        parameters, options, FullLoss.over(parameters.input().items())::newPass, STREAMS);
  }
}
