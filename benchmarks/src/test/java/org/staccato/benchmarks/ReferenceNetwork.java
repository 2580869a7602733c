package org.staccato.benchmarks;

import java.util.List;

/** The network of streams and windows in double precision. */
final class ReferenceNetwork {
  private final StreamNetwork network;
  private final List<ReferenceLayer> layers;

  ReferenceNetwork(StreamNetwork network) {
    this.network = network;
    this.layers = network.layers().stream().map(ReferenceLayer::new).toList();
  }

  /** Returns the output after one more step. */
  double step(float[] x) {
    layers.getFirst().step(x);
    for (int i = 1; i < layers.size(); i++) {
      layers.get(i).step(layers.get(i - 1).hidden());
    }
    double[] hidden = layers.getLast().hidden();
    double output = network.bias();
    for (int unit = 0; unit < hidden.length; unit++) {
      output += network.head()[unit] * hidden[unit];
    }
    return output;
  }
}
