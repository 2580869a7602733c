package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.memory.LittleEndian;
import org.staccato.model.ModelSpecification.Activation;
import org.staccato.model.ModelSpecification.Prediction;

/**
 * What a network that predicts answers: the sums of its output layer, activated. Immutable and
 * thread-safe; valid while the weight file is open.
 */
public final class PredictionHead {

  /** Up to so many sums, one by one are faster than a block. */
  private static final int FEW = 2;

  private final OutputLayer layer;
  private final int outputs;
  private final Activation activation;

  PredictionHead(OutputLayer layer, Prediction prediction) {
    this.layer = layer;
    this.outputs = prediction.outputs();
    this.activation = prediction.activation();
  }

  /** {@return the number of outputs} */
  public int outputs() {
    return outputs;
  }

  /** {@return new scratch for the sums} */
  public MemorySegment newScratch() {
    return OutputLayer.newScores(layer.blocks());
  }

  /**
   * Computes the outputs of a state.
   *
   * @param state a state of the stack below
   * @param scratch the scratch
   * @param results receives the outputs
   * @throws IndexOutOfBoundsException if the array is shorter than the outputs
   * @throws IllegalStateException if the weight file is closed
   */
  public void predict(MemorySegment state, MemorySegment scratch, float[] results) {
    if (outputs <= FEW) {
      for (int i = 0; i < outputs; i++) {
        results[i] = layer.score(state, i);
      }
    } else {
      layer.score(state, 0, layer.blocks(), scratch);
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

  /** Exponentials of the differences to the greatest, so that none overflows. */
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
