package org.staccato.benchmarks;

import java.util.Random;
import org.staccato.model.Weights;

/**
 * The network of the benchmarks of streams and windows: {@value #LAYERS} LSTM layers of {@value
 * #SIZE} hidden units on {@value #SIZE} features, and one linear output of the last hidden state.
 */
final class StreamNetwork {
  static final int LAYERS = 2;
  static final int SIZE = 100;

  /** The steps of a window. */
  static final int STEPS = 50;

  private StreamNetwork() {}

  /** Returns random weights, the same at every call. */
  static Weights random() {
    return BenchmarkWeights.predicting(SIZE, SIZE, SIZE, SIZE);
  }

  /** Returns random input vectors, one after another, the same at every call. */
  static float[] inputs(int steps) {
    return BenchmarkWeights.floats(new Random(1), steps * SIZE, 1);
  }
}
