package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.format.ItemKeys;
import org.staccato.model.ItemInput;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.kernel.Matrix;
import org.staccato.trainer.sequence.Sequences;

/** Loss and gradient of a window under every loss, against the formulas in double precision. */
class RankingPassTest {
  private static final int STREAMS = 16;
  private static final int STEPS = 6;

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @ParameterizedTest
  @CsvSource({
    "FULL, 23, 5, 1, 0, 0",
    "FULL, 17, 3, 1, 0.1, 0.7",
    "SAMPLED, 23, 5, 7, 0, 0",
    "SAMPLED, 40, 17, 16, 0, 1",
    "SAMPLED, 40, 2, 1, 0, -0.5",
    "SAMPLED, 1, 3, 5, 0, 0",
    "SAMPLED, 31, 4, 31, 0, 0",
    "BPR_MAX, 23, 5, 7, 0, 0",
    "BPR_MAX, 40, 16, 15, 0, 0",
    "BPR_MAX, 31, 4, 99, 0, 0",
    "BPR_MAX, 1, 3, 5, 0, 0",
    "GBCE, 23, 5, 7, 0, 0",
    "GBCE, 40, 16, 17, 0, 0",
    "GBCE, 2, 3, 5, 0, 0",
  })
  void lossAndGradientAreThoseOfTheFormula(
      Loss.Kind kind,
      int items,
      int width,
      int negatives,
      double labelSmoothing,
      double logitAdjustment) {
    Loss loss =
        Loss.of(kind)
            .withNegatives(negatives)
            .withLabelSmoothing(labelSmoothing)
            .withLogitAdjustment(logitAdjustment);
    Sequences log = Sequences.of(items, random.ints(200, 0, items).toArray());
    Case pass = new Case(loss, log, width);
    double found = pass.run(3);
    LossReference reference = new LossReference(loss, log, pass.window, 3);
    DoubleSupplier formula = () -> reference.sum(pass.matrix(), pass.bias(), pass.input);
    double expected = formula.getAsDouble();
    assertEquals(expected, found, 0x1p-16 * (1 + Math.abs(expected)), "loss, seed " + seed);
    requireGradient(pass.ranges.matrix(), pass, formula);
    requireGradient(pass.ranges.bias(), pass, formula);
    float[] values = pass.input.values();
    for (int i = 0; i < pass.window.rows() * pass.input.width(); i++) {
      if (i % pass.input.width() < width) {
        requireNear(values, i, formula, pass.input.gradient()[i], "input " + i);
      }
    }
    Padding.requireZeros(pass.parameters, pass.gradient);
  }

  private void requireGradient(ParameterRange range, Case pass, DoubleSupplier formula) {
    int columns = range.parameter().columns();
    for (int row = 0; row < range.parameter().rows(); row++) {
      for (int column = 0; column < columns; column++) {
        int at = range.offset() + row * (columns == 1 ? 1 : Matrix.padded(columns)) + column;
        String where = range.parameter().name() + " " + row + ", " + column;
        requireNear(pass.weights.values, at, formula, pass.gradient[at], where);
      }
    }
  }

  private void requireNear(
      float[] values, int at, DoubleSupplier formula, float found, String where) {
    double expected = CentralDifference.of(values, at, formula);
    // Rounded sums of up to a hundred rows of numbers around 1.
    double bound = 4e-5 + CentralDifference.error(values, at, formula);
    assertEquals(expected, found, bound + 2e-5 * Math.abs(expected), where + ", seed " + seed);
  }

  @Test
  void aSampleOfAllItemsIsTheWholeCatalogue() {
    Sequences log = Sequences.of(37, random.ints(200, 0, 37).toArray());
    Case whole = new Case(Loss.FULL, log, 6);
    Case sampled = new Case(Loss.of(Loss.Kind.SAMPLED), log, 6);
    System.arraycopy(whole.weights.values, 0, sampled.weights.values, 0, whole.parameters.size());
    System.arraycopy(
        whole.input.values(), 0, sampled.input.values(), 0, whole.input.values().length);
    System.arraycopy(
        whole.window.targets, 0, sampled.window.targets, 0, whole.window.targets.length);
    double loss = whole.run(1);
    assertEquals(loss, sampled.run(2), 0x1p-16 * loss, "seed " + seed);
    for (int i = 0; i < whole.gradient.length; i++) {
      assertEquals(whole.gradient[i], sampled.gradient[i], 1e-4, "seed " + seed);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Loss.Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FULL"})
  void onlyTheSampleIsTouched(Loss.Kind kind) {
    int items = 5003;
    Sequences log = Sequences.of(items, random.ints(200, 0, items).toArray());
    Case pass = new Case(Loss.of(kind).withNegatives(50), log, 4);
    pass.run(5);
    boolean[] touched = new boolean[pass.gradient.length];
    for (TouchedRows rows : pass.touched.rows()) {
      for (int row = 0; row < rows.count(); row++) {
        Arrays.fill(touched, rows.at(row), rows.at(row) + rows.width(), true);
      }
    }
    int rows = 0;
    for (int i = 0; i < touched.length; i++) {
      assertEquals(0, touched[i] ? 0 : pass.gradient[i], "seed " + seed);
      rows += pass.gradient[i] != 0 && i % 16 == 0 ? 1 : 0;
    }
    assertEquals(true, rows <= 2 * (50 + STREAMS * STEPS), rows + " rows");
  }

  /** Random weights, inputs and targets for one pass. */
  private final class Case {
    final ParameterArray parameters;
    final LearntWeights weights;
    final RankingRanges ranges;
    final Rows input;
    final Window window = new Window(STREAMS, STEPS);
    final float[] gradient;
    final TouchedItems touched;
    private final RankingPass pass;

    Case(Loss loss, Sequences log, int width) {
      int items = log.items();
      parameters =
          new ParameterArray(
              NextItemNetwork.of(
                  new ItemInput(items, width, ItemKeys.Kind.LONG), List.of(width), true),
              1,
              0,
              loss.sampled(),
              null);
      ranges = RankingRanges.of(parameters);
      weights = new LearntWeights(parameters, seed);
      for (int item = 0; item < items; item++) {
        weights.values[ranges.bias().offset() + item] = (float) random.nextGaussian();
      }
      input = Rows.of(window, Matrix.padded(width));
      window.clear();
      for (int row = 0; row < window.maxRows(); row++) {
        boolean empty = row > 0 && random.nextInt(8) == 0;
        int target = empty ? Window.NONE : random.nextInt(items);
        window.set(row / STREAMS, row % STREAMS, target, target, false);
        for (int i = 0; i < width; i++) {
          input.values()[row * input.width() + i] = (float) random.nextGaussian();
        }
      }
      gradient = new float[parameters.size()];
      touched = new TouchedItems(parameters);
      CatalogueLoss catalogue = new CatalogueLoss(loss, log);
      pass =
          new RankingPass(
              catalogue.newObjective(), catalogue.newCandidates(ranges, touched), input, window);
    }

    double run(int sample) {
      return pass.run(weights, gradient, 1, sample);
    }

    Matrix matrix() {
      return ranges.matrix().matrix(weights.values);
    }

    Matrix bias() {
      return Matrix.of(weights.values, ranges.bias().offset(), ranges.bias().size(), 1);
    }
  }
}
