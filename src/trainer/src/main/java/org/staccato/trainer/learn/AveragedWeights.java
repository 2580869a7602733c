package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/**
 * A running average of the weights: after update t it moves by the share 1 − d(t) towards them,
 * with d(t) = min(decay, (1 + t)/(10 + t)), so that it soon forgets the first weights. Weights that
 * an update does not move are caught up when they move again: the average of a weight that stays
 * comes closer by the product of all d since then. Several threads may act at once, each on its own
 * range.
 */
final class AveragedWeights {
  private final double decay;
  private final float[] average;

  /** The last update of each block of the padding's size. */
  private final int[] last;

  /** The sums of the logarithms of d up to each update. */
  private double[] logs = new double[1024];

  private int update;

  /**
   * Starts from the first weights.
   *
   * @param decay the decay, 0 for an average that is the weights themselves
   */
  AveragedWeights(float[] weights, double decay) {
    this.decay = decay;
    average = decay == 0 ? new float[0] : weights.clone();
    last = new int[average.length / Matrix.PADDING];
  }

  /** Begins the next update. */
  void advance() {
    update++;
    if (update == logs.length) {
      logs = Arrays.copyOf(logs, 2 * update);
    }
    logs[update] = logs[update - 1] + Math.log(decay());
  }

  private double decay() {
    return Math.min(decay, (1.0 + update) / (10.0 + update));
  }

  /** Prepares the average of a range, of whole blocks, for an update that moves it. */
  void before(float[] weights, int from, int size) {
    if (decay > 0) {
      catchUp(weights, from, size, update - 1);
    }
  }

  /** Moves the average of a range towards the weights that the update has moved. */
  void after(float[] weights, int from, int size) {
    if (decay > 0) {
      float kept = (float) decay();
      Elements.multiply(kept, average, from, average, from, size);
      Elements.multiplyAdd(1 - kept, weights, from, average, from, size);
      Arrays.fill(last, from / Matrix.PADDING, (from + size) / Matrix.PADDING, update);
    }
  }

  private void catchUp(float[] weights, int from, int size, int until) {
    for (int at = from; at < from + size; at += Matrix.PADDING) {
      int since = last[at / Matrix.PADDING];
      if (since < until) {
        float kept = (float) Math.exp(logs[until] - logs[since]);
        Elements.multiply(kept, average, at, average, at, Matrix.PADDING);
        Elements.multiplyAdd(1 - kept, weights, at, average, at, Matrix.PADDING);
        last[at / Matrix.PADDING] = until;
      }
    }
  }

  /** Returns the average of all weights, or the weights where there is none. */
  float[] of(float[] weights) {
    if (decay == 0) {
      return weights;
    }
    catchUp(weights, 0, average.length, update);
    return average;
  }
}
