package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.format.ItemKeys;
import org.staccato.model.ItemInput;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.kernel.Matrix;
import org.staccato.trainer.learn.Updates.Algorithm;

/** The parts of an update: the formulas, the weights that decay, and the threads that share it. */
class OptimizerTest {
  private static final double RATE = 0.25;
  private static final double DECAY = 0.5;

  private final ParameterArray parameters =
      new ParameterArray(
          NextItemNetwork.of(new ItemInput(7, 5, ItemKeys.Kind.LONG), List.of(5), true), 1);
  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  private Optimizer optimizer(Algorithm algorithm) {
    return Optimizer.of(
        parameters,
        TrainingOptions.forLongSequences()
            .withUpdates(Updates.USUAL.withAlgorithm(algorithm))
            .withWeightDecay(DECAY));
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void withoutGradientOnlyWhatDecaysMoves(Algorithm algorithm) {
    float[] before = normal();
    float[] weights = before.clone();
    Optimizer optimizer = optimizer(algorithm);
    optimizer.advance();
    optimizer.step(weights, new float[weights.length], 0, weights.length, 1, RATE);
    for (ParameterRange range : parameters.ranges()) {
      float factor = range.parameter().decays() ? (float) (1 - RATE * DECAY) : 1;
      for (int i = range.offset(); i < range.offset() + range.size(); i++) {
        assertEquals(before[i] * factor, weights[i], range.parameter().name());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void rangesOfAnUpdateMakeTheWholeOfIt(Algorithm algorithm) {
    float[] whole = normal();
    float[] ranges = whole.clone();
    Optimizer one = optimizer(algorithm);
    Optimizer other = optimizer(algorithm);
    for (int update = 0; update < 3; update++) {
      float[] gradient = normal();
      one.advance();
      one.step(whole, gradient, 0, whole.length, 0.5, RATE);
      other.advance();
      for (int from = 0; from < ranges.length; from += Matrix.PADDING) {
        other.step(ranges, gradient, from, from + Matrix.PADDING, 0.5, RATE);
      }
    }
    assertArrayEquals(whole, ranges, "seed " + seed);
  }

  /** A gradient that is not followed by others moves a row as far as it would in the long run. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void aRowTakesTheWholeEffectOfAGradientAtOnce(Algorithm algorithm) {
    float[] gradient = normal();
    float[] none = new float[gradient.length];
    float[] rows = normal();
    float[] before = rows.clone();
    float[] whole = rows.clone();
    int from = gradient.length - Matrix.PADDING;
    Optimizer optimizer = optimizer(algorithm);
    Optimizer byRow = optimizer(algorithm);
    for (int update = 0; update < 20_000; update++) {
      // Late in a training Adam no longer corrects its moments.
      optimizer.advance();
      byRow.advance();
    }
    byRow.stepRow(rows, gradient.clone(), from, gradient.length, 1, 0.01);
    optimizer.step(whole, gradient, 0, gradient.length, 1, 0.01);
    for (int update = 0; update < 100; update++) {
      optimizer.advance();
      optimizer.step(whole, none, 0, gradient.length, 1, 0.01);
    }
    for (int i = from; i < rows.length; i++) {
      // Adam's mean of the squares falls a little while its momentum moves the weight.
      double bound = 0.01 * Math.abs(whole[i] - before[i]) + 1e-5;
      assertEquals(whole[i], rows[i], bound, "seed " + seed);
    }
  }

  @Test
  void adagradDividesByTheRootOfAllSquares() {
    requireFormula(
        Algorithm.ADAGRAD,
        new Formula() {
          private double squares;

          @Override
          public double step(double gradient) {
            squares += gradient * gradient;
            return gradient / Math.sqrt(squares);
          }
        });
  }

  @Test
  void momentumAddsNineTenthsOfTheStepBefore() {
    requireFormula(
        Algorithm.MOMENTUM,
        new Formula() {
          private double step;

          @Override
          public double step(double gradient) {
            step = 0.9 * step + gradient;
            return step;
          }
        });
  }

  @Test
  void adamDividesRunningMeansWithoutTheirBias() {
    requireFormula(
        Algorithm.ADAM,
        new Formula() {
          private int update;
          private double mean;
          private double square;

          @Override
          public double step(double gradient) {
            update++;
            mean = 0.9 * mean + 0.1 * gradient;
            square = 0.999 * square + 0.001 * gradient * gradient;
            double unbiased = square / (1 - Math.pow(0.999, update));
            return mean / (1 - Math.pow(0.9, update)) / (Math.sqrt(unbiased) + 1e-8);
          }
        });
  }

  /** The step of one weight, before the learning rate. */
  private interface Formula {
    double step(double gradient);
  }

  private void requireFormula(Algorithm algorithm, Formula formula) {
    float[] weights = normal();
    int last = weights.length - Matrix.PADDING;
    double expected = weights[last];
    Optimizer optimizer = optimizer(algorithm);
    for (int update = 0; update < 20; update++) {
      float[] gradient = normal();
      optimizer.advance();
      optimizer.step(weights, gradient, 0, weights.length, 0.5, 0.01);
      // The last weights are biases, which do not decay.
      expected -= 0.01 * formula.step(0.5 * gradient[last]);
      assertEquals(expected, weights[last], 1e-5, "seed " + seed);
    }
  }

  private float[] normal() {
    float[] values = new float[parameters.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
