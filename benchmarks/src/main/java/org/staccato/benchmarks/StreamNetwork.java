package org.staccato.benchmarks;

import java.util.List;
import java.util.Random;
import org.staccato.network.LayerWeights;

/**
 * The network of the benchmarks of streams and windows: {@value #LAYERS} LSTM layers of {@value
 * #SIZE} hidden units on {@value #SIZE} inputs, and one linear output of the last hidden state.
 *
 * @param layers the layers, the lowest first
 * @param head the {@value #SIZE} weights of the output
 * @param bias the bias of the output
 */
record StreamNetwork(List<LayerWeights> layers, float[] head, float bias) {
  static final int LAYERS = 2;
  static final int SIZE = 100;

  /** The steps of a window. */
  static final int STEPS = 50;

  /** Returns random weights, the same at every call. */
  static StreamNetwork random() {
    Random random = new Random(SIZE);
    return new StreamNetwork(
        List.of(BenchmarkWeights.layer(SIZE, random), BenchmarkWeights.layer(SIZE, random)),
        BenchmarkWeights.floats(random, SIZE, 1 / Math.sqrt(SIZE)),
        (float) random.nextGaussian());
  }

  /** Returns random input vectors, one after another, the same at every call. */
  static float[] inputs(int steps) {
    return BenchmarkWeights.floats(new Random(1), steps * SIZE, 1);
  }
}
