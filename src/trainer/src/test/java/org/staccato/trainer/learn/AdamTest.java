package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.staccato.format.ItemKeys;
import org.staccato.model.ItemInput;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.kernel.Matrix;

/** The parts of an update: the weights that decay, and the threads that share it. */
class AdamTest {
  private static final double RATE = 0.25;
  private static final double DECAY = 0.5;

  private final ParameterArray parameters =
      new ParameterArray(
          NextItemNetwork.of(new ItemInput(7, 5, ItemKeys.Kind.LONG), List.of(5), true), 1);
  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @Test
  void withoutGradientOnlyWhatDecaysMoves() {
    float[] before = normal();
    float[] weights = before.clone();
    Adam adam = new Adam(parameters, DECAY);
    adam.advance();
    adam.step(weights, new float[weights.length], 0, weights.length, 1, RATE);
    for (ParameterRange range : parameters.ranges()) {
      float factor = range.parameter().decays() ? (float) (1 - RATE * DECAY) : 1;
      for (int i = range.offset(); i < range.offset() + range.size(); i++) {
        assertEquals(before[i] * factor, weights[i], range.parameter().name());
      }
    }
  }

  @Test
  void rangesOfAnUpdateMakeTheWholeOfIt() {
    float[] whole = normal();
    float[] ranges = whole.clone();
    Adam one = new Adam(parameters, DECAY);
    Adam other = new Adam(parameters, DECAY);
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

  private float[] normal() {
    float[] values = new float[parameters.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
