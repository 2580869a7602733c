package org.staccato.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.staccato.export.MatrixTypes;
import org.staccato.format.ItemKeys;
import org.staccato.model.Activation;
import org.staccato.model.Layer;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;

/**
 * Writes random networks in temporary weight files; the same size gives the same network at every
 * call.
 */
final class BenchmarkWeights {
  private BenchmarkWeights() {}

  /** Writes a layer with as many inputs as hidden units, and one output on top. */
  static Weights layer(int size) {
    return layer(size, size);
  }

  static Weights layer(int size, long seed) {
    return predicting(seed, size, size);
  }

  /** Writes layers of a size on as many features, and one output on top. */
  static Weights predicting(long seed, int features, int... units) {
    return RandomNetworks.prediction(
        new Random(seed), Cell.LSTM, Activation.LINEAR, features, 1, units);
  }

  /** The types by the name of their constant. */
  static MatrixTypes types(String name) {
    return switch (name) {
      case "F32" -> MatrixTypes.F32;
      case "BF16" -> MatrixTypes.BF16;
      case "I8" -> MatrixTypes.I8;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /**
   * Writes a network whose ranking takes a given number of hidden units, but whose lowest layer has
   * only one, so that the folded inputs of a large catalogue are small.
   */
  static Weights wideOnTop(int items, int size) {
    return RandomNetworks.network(new Random(items), items, 1, 1, size);
  }

  /** Writes a network over items with one layer. */
  static Weights network(int items, int size) {
    return RandomNetworks.network(new Random(items), items, size, size);
  }

  /** Writes a network of layers over items, whose output is tied to the embeddings. */
  static Weights ranking(int items, List<Layer> layers) {
    return RandomNetworks.weights(
        new Random(items), RandomNetworks.ranking(layers, items, ItemKeys.Kind.LONG, true));
  }

  static float[] floats(Random random, int count, double deviation) {
    return RandomNetworks.floats(random, count, deviation);
  }

  /** Writes a network; the file is deleted when the JVM ends. */
  static Path write(Weights network, String types) throws IOException {
    return RandomNetworks.write(temporary(), network, types(types));
  }

  private static Path temporary() throws IOException {
    Path path = Files.createTempFile("staccato-benchmark-", ".safetensors");
    path.toFile().deleteOnExit();
    return path;
  }
}
