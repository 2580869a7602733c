package org.staccato.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Networks with random weights of the size that trained ones have. */
public final class RandomNetworks {
  private RandomNetworks() {}

  /** Layers on an input, from the lowest upwards. */
  public static List<LayerWeights> layers(Random random, int inputSize, int... hiddenSizes) {
    List<LayerWeights> layers = new ArrayList<>();
    int width = inputSize;
    for (int units : hiddenSizes) {
      int rows = LayerWeights.GATES * units;
      layers.add(
          new LayerWeights(
              width,
              units,
              floats(random, rows * width, 1 / Math.sqrt(width)),
              floats(random, rows * units, 1 / Math.sqrt(units)),
              floats(random, rows, 0.5)));
      width = units;
    }
    return layers;
  }

  /** An untied network. */
  public static NetworkWeights network(
      Random random, int items, int embeddingSize, int... hiddenSizes) {
    List<LayerWeights> layers = layers(random, embeddingSize, hiddenSizes);
    int units = layers.getLast().hiddenSize();
    return new NetworkWeights(
        items,
        embeddingSize,
        floats(random, items * embeddingSize, 1),
        layers,
        floats(random, items * units, 1),
        floats(random, items, 0.5));
  }

  /** Normally distributed numbers. */
  public static float[] floats(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** Item indices. */
  public static int[] sequence(Random random, int items, int length) {
    return random.ints(length, 0, items).toArray();
  }
}
