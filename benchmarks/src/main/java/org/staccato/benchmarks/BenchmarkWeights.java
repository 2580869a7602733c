package org.staccato.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.staccato.format.ItemKeySource;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.model.ModelSpecification.Activation;
import org.staccato.model.ModelSpecification.Cell;
import org.staccato.network.LayerWeights;
import org.staccato.network.LayerWriter;
import org.staccato.network.ModelWriter;
import org.staccato.network.NetworkWeights;
import org.staccato.network.PredictionWeights;
import org.staccato.network.Quantization;
import org.staccato.network.WeightTypes;

/** Random networks of one layer, the same for a size at every call, in temporary weight files. */
final class BenchmarkWeights {
  private BenchmarkWeights() {}

  /** A layer with as many inputs as hidden units. */
  static LayerWeights layer(int size) {
    return layer(size, new Random(size));
  }

  static LayerWeights layer(int size, Random random) {
    return layer(size, size, random);
  }

  private static LayerWeights layer(int inputs, int size, Random random) {
    int rows = Cell.LSTM.gates() * size;
    return new LayerWeights(
        inputs,
        size,
        floats(random, rows * inputs, 1 / Math.sqrt(inputs)),
        floats(random, rows * size, 1 / Math.sqrt(size)),
        floats(random, rows, 0.5));
  }

  /** The types by the name of their constant. */
  static WeightTypes types(String name) {
    return switch (name) {
      case "F32" -> WeightTypes.F32;
      case "BF16" -> WeightTypes.BF16;
      case "I8" -> WeightTypes.I8;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /**
   * A network whose ranking takes so many hidden units, but whose lowest layer has a single one, so
   * that the folded inputs of a large catalogue are small.
   */
  static NetworkWeights wideOnTop(int items, int size) {
    Random random = new Random(items);
    return new NetworkWeights(
        items,
        1,
        floats(random, items, 1),
        List.of(layer(1, 1, random), layer(1, size, random)),
        floats(random, items * size, 1 / Math.sqrt(size)),
        floats(random, items, 0.5));
  }

  /** A network over items with that layer. */
  static NetworkWeights network(int items, int size) {
    Random random = new Random(items);
    return new NetworkWeights(
        items,
        size,
        floats(random, items * size, 1),
        List.of(layer(size)),
        floats(random, items * size, 1 / Math.sqrt(size)),
        floats(random, items, 0.5));
  }

  static float[] floats(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** Writes a network; the file is deleted when the JVM ends. */
  static Path write(NetworkWeights network, String types) throws IOException {
    Path path = temporary();
    int items = network.items();
    ItemKeySource keys = ItemKeySource.of(LongStream.range(0, items).toArray());
    ModelWriter.write(path, network, keys, new float[items], new int[][] {{0}}, "{}");
    return convert(path, types);
  }

  /** Writes a network that predicts; the file is deleted when the JVM ends. */
  static Path write(StreamNetwork network, String types) throws IOException {
    Path path = temporary();
    PredictionWeights weights =
        new PredictionWeights(
            network.layers(), Activation.LINEAR, network.head(), new float[] {network.bias()});
    ModelWriter.write(path, weights, new float[][] {StreamNetwork.inputs(3)}, "{}");
    return convert(path, types);
  }

  /** Random weights lose more by rounding than trained ones; speed does not depend on it. */
  private static Path convert(Path path, String types) throws IOException {
    if (!types.equals("F32")) {
      Quantization.write(path, path, types(types), Double.POSITIVE_INFINITY);
    }
    return path;
  }

  /** Writes a layer that takes vectors and opens its file, which is deleted when the JVM ends. */
  static WeightFile open(LayerWeights layer, WeightTypes types) throws IOException {
    Path path = temporary();
    WeightFileWriter writer = new WeightFileWriter();
    LayerWriter.add(writer, 0, layer, types);
    writer.publish(path);
    return WeightFile.open(path);
  }

  private static Path temporary() throws IOException {
    Path path = Files.createTempFile("staccato-benchmark-", ".safetensors");
    path.toFile().deleteOnExit();
    return path;
  }
}
