package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loss and gradient of a window against the double-precision network. */
class ShardTest {

  private static final int LANES = 8;
  private static final int STEPS = 6;
  private static final double DIFFERENCE = 0x1p-16;

  private final long seed = new Random().nextLong();
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
    Layout layout = new Layout(new NetworkShape(items, embeddingSize, sizes, tied));
    TrainingOptions options = options(dropout);
    float[] weights = layout.initialise(seed, 1);
    Shard shard = new Shard(layout, options, LANES);
    TransposedWeights transposed = new TransposedWeights(layout);
    transposed.refresh(weights, 0, 1);
    ReferenceNetwork reference = new ReferenceNetwork(layout.export(weights));
    double[][][][] state = reference.newState(LANES);

    // The first window only leaves a state behind: the gradient must not reach back into it.
    int firstTargets = fill(shard.window, items, true);
    shard.run(weights, transposed, 1f / firstTargets, 17);
    reference.loss(shard.window, state, masks(layout, options, shard.window, 17));
    Arrays.fill(shard.gradient, 0f);

    int targets = fill(shard.window, items, false);
    shard.run(weights, transposed, 1f / targets, 18);
    float[][] masks = masks(layout, options, shard.window, 18);
    double loss = reference.loss(shard.window, ReferenceNetwork.copy(state), masks);
    assertEquals(loss, shard.loss, 0x1p-18 * loss + 0x1p-18, "loss, seed " + seed);

    List<float[]> gradients = ReferenceNetwork.arrays(layout.export(shard.gradient));
    for (int array = 0; array < gradients.size(); array++) {
      double[] parameters = reference.parameters().get(array);
      // A gradient is a sum over rows of products of rounded factors of about this size.
      double bound = 64 * 0x1p-24 * Math.sqrt(shard.window.rows()) + 2e-6;
      for (int i = 0; i < parameters.length; i++) {
        double kept = parameters[i];
        parameters[i] = kept + DIFFERENCE;
        double above = reference.loss(shard.window, ReferenceNetwork.copy(state), masks);
        parameters[i] = kept - DIFFERENCE;
        double below = reference.loss(shard.window, ReferenceNetwork.copy(state), masks);
        parameters[i] = kept;
        assertEquals(
            (above - below) / (2 * DIFFERENCE * targets),
            gradients.get(array)[i],
            bound,
            "array " + array + ", weight " + i + ", seed " + seed);
      }
    }
  }

  @Test
  void paddingNeverReceivesGradient() {
    Layout layout = new Layout(new NetworkShape(19, 5, List.of(5), true));
    float[] weights = layout.initialise(seed, 1);
    Shard shard = new Shard(layout, options(0.2f), LANES);
    TransposedWeights transposed = new TransposedWeights(layout);
    transposed.refresh(weights, 0, 1);
    fill(shard.window, 19, true);
    shard.run(weights, transposed, 1, 3);
    for (int item = 0; item < layout.paddedItems(); item++) {
      for (int column = 0; column < layout.embeddingWidth(); column++) {
        if (item >= 19 || column >= 5) {
          assertEquals(0f, shard.gradient[item * layout.embeddingWidth() + column]);
        }
      }
    }
    assertEquals(0f, shard.gradient[layout.outputBiasAt() + 19]);
  }

  @Test
  void twoWindowsCarryTheStateLikeOneLongWindow() {
    Layout layout = new Layout(new NetworkShape(13, 6, List.of(7, 6), true));
    float[] weights = layout.initialise(seed, 1);
    int[] sequence = random.ints(2 * STEPS + 1, 0, 13).toArray();
    assertEquals(
        loss(layout, weights, 2 * STEPS, sequence), loss(layout, weights, STEPS, sequence), 1e-4);
  }

  @Test
  void nothingLeaksFromOneSequenceIntoTheNext() {
    Layout layout = new Layout(new NetworkShape(13, 6, List.of(6), true));
    float[] weights = layout.initialise(seed, 1);
    int[] first = random.ints(5, 0, 13).toArray();
    int[] second = random.ints(9, 0, 13).toArray();
    for (int window : new int[] {1, 2, 5, 100}) {
      assertEquals(
          loss(layout, weights, window, first) + loss(layout, weights, window, second),
          loss(layout, weights, window, first, second),
          1e-4,
          "window " + window + ", seed " + seed);
    }
  }

  /** The loss of sequences that follow each other in one lane. */
  private double loss(Layout layout, float[] weights, int window, int[]... sequences) {
    TrainingOptions options = options(0).toBuilder().window(window).build();
    Shard shard = new Shard(layout, options, LANES);
    TransposedWeights transposed = new TransposedWeights(layout);
    transposed.refresh(weights, 0, 1);
    int[] order = new int[sequences.length];
    Arrays.setAll(order, i -> i);
    EventStream stream =
        new EventStream(
            org.staccato.trainer.sequence.Sequences.of(layout.shape().items(), sequences),
            order,
            1,
            Long.MAX_VALUE);
    double loss = 0;
    while (stream.next(new Window[] {shard.window}, window) > 0) {
      shard.run(weights, transposed, 1, 0);
      loss += shard.loss;
    }
    return loss;
  }

  /** Fills a window with random events, some lanes idle at the end; returns the targets. */
  private int fill(Window window, int items, boolean begin) {
    window.clear();
    int targets = 0;
    for (int lane = 0; lane < LANES; lane++) {
      int steps = lane == 0 ? STEPS : random.nextInt(STEPS + 1);
      for (int step = 0; step < steps; step++) {
        boolean start = (begin && step == 0) || random.nextInt(4) == 0;
        window.set(step, lane, random.nextInt(items), random.nextInt(items), start);
        targets++;
      }
    }
    return targets;
  }

  private static float[][] masks(Layout layout, TrainingOptions options, Window window, int seed) {
    float[][] masks = new float[layout.layers() + 1][];
    for (int i = 0; i < masks.length; i++) {
      int width = i == 0 ? layout.embeddingWidth() : layout.hiddenWidth(i - 1);
      masks[i] = new float[window.rows() * width];
      Arrays.fill(masks[i], 1f);
      Shard.drop(masks[i], masks[i].length, options.hiddenDropout(), seed + i);
    }
    return masks;
  }

  private static TrainingOptions options(float dropout) {
    return TrainingOptions.forLongSequences().toBuilder()
        .window(STEPS)
        .embeddingDropout(dropout)
        .inputDropout(dropout)
        .hiddenDropout(dropout)
        .build();
  }
}
