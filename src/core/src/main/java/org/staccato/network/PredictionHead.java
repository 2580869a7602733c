package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.kernel.Kernels;
import org.staccato.memory.LittleEndian;
import org.staccato.model.Activation;
import org.staccato.model.Prediction;

/**
 * The head of a prediction: applies an activation to the sums of its linear layer. Immutable and
 * thread-safe; valid while the weight file is open, and afterwards {@link #predict} throws {@link
 * IllegalStateException}.
 */
public final class PredictionHead {

  /** The most sums for which single sums are faster than a block. */
  private static final int FEW = 2;

  private final LinearHead linear;
  private final Prediction prediction;
  private final int outputs;
  private final Activation activation;

  PredictionHead(LinearHead linear, Prediction prediction) {
    this.linear = linear;
    this.prediction = prediction;
    this.outputs = prediction.outputs();
    this.activation = prediction.activation();
  }

  /** Returns the same head on other kernels. */
  PredictionHead on(Kernels others) {
    return new PredictionHead(linear.on(others), prediction);
  }

  /** {@return the linear layer below the activation} */
  public LinearHead linear() {
    return linear;
  }

  /** {@return the number of outputs} */
  public int outputs() {
    return outputs;
  }

  /** {@return new scratch for the sums} */
  public MemorySegment newScratch() {
    return LinearHead.newScores(linear.blocks());
  }

  /**
   * Computes the outputs of a state.
   *
   * @param state a state of the layers below
   * @param scratch the scratch
   * @param results receives the outputs
   * @throws IndexOutOfBoundsException if the array is shorter than the outputs
   */
  public void predict(MemorySegment state, MemorySegment scratch, float[] results) {
    if (outputs <= FEW) {
      for (int i = 0; i < outputs; i++) {
        results[i] = linear.score(state, i);
      }
    } else {
      linear.score(state, 0, linear.blocks(), scratch);
      MemorySegment.copy(scratch, LittleEndian.FLOAT, 0, results, 0, outputs);
    }
    switch (activation) {
      case LINEAR -> {}
      case SIGMOID -> sigmoid(results);
      case SOFTMAX -> softmax(results);
    }
  }

  private void sigmoid(float[] values) {
    for (int i = 0; i < outputs; i++) {
      values[i] = (float) (1 / (1 + Math.exp(-values[i])));
    }
  }

  /**
   * Computes the softmax from the differences to the greatest value, so that no exponential
   * overflows.
   */
  private void softmax(float[] values) {
    float greatest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < outputs; i++) {
      greatest = Math.max(greatest, values[i]);
    }
    double total = 0;
    for (int i = 0; i < outputs; i++) {
      values[i] = (float) Math.exp(values[i] - greatest);
      total += values[i];
    }
    for (int i = 0; i < outputs; i++) {
      values[i] = (float) (values[i] / total);
    }
  }
}
