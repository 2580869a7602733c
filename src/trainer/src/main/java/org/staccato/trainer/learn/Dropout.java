package org.staccato.trainer.learn;

import org.staccato.trainer.kernel.Elements;

/**
 * The probabilities of dropping elements while a network learns, each at least 0 and below 1. The
 * recurrent connection is never dropped.
 *
 * @param embedding the probability for the elements of the embeddings
 * @param input the probability for the elements that recurrent layers and feed-forward networks
 *     give to other layers
 * @param hidden the probability for the elements that the head receives
 */
public record Dropout(float embedding, float input, float hidden) {

  /** Drops nothing. */
  public static final Dropout NONE = new Dropout(0, 0, 0);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a probability is out of range
   */
  public Dropout {
    requireProbability("embedding dropout", embedding);
    requireProbability("input dropout", input);
    requireProbability("hidden dropout", hidden);
  }

  private static void requireProbability(String name, float value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + ": found " + value + ", expected at least 0 and below 1");
    }
  }

  /**
   * Returns the probability for the output of a layer.
   *
   * @param last whether the head takes it
   */
  float after(LayerPass.Factory layer, boolean last) {
    return last ? hidden : layer.dropped() ? input : 0;
  }

  /**
   * Drops elements, the same ones for the same seed; the choices of neighbouring seeds are
   * independent.
   *
   * @param count the number of elements, from the first
   */
  static void drop(float[] values, int count, float probability, int seed) {
    if (probability > 0) {
      Elements.dropout(values, 0, count, probability, seed * 0x9e3779b1);
    }
  }
}
