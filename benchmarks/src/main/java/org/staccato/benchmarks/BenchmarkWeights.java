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
import org.staccato.network.LayerPanels;
import org.staccato.network.LayerWeights;
import org.staccato.network.ModelWriter;
import org.staccato.network.NetworkWeights;

/** Random networks of one layer, the same for a size at every call, in temporary weight files. */
final class BenchmarkWeights {
  private BenchmarkWeights() {}

  /** A layer with as many inputs as hidden units. */
  static LayerWeights layer(int size) {
    Random random = new Random(size);
    int rows = LayerWeights.GATES * size;
    return new LayerWeights(
        size,
        size,
        floats(random, rows * size, 1 / Math.sqrt(size)),
        floats(random, rows * size, 1 / Math.sqrt(size)),
        floats(random, rows, 0.5));
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
  static Path write(NetworkWeights network) throws IOException {
    Path path = temporary();
    int items = network.items();
    ItemKeySource keys = ItemKeySource.of(LongStream.range(0, items).toArray());
    ModelWriter.write(path, network, keys, new float[items], new int[][] {{0}}, "{}");
    return path;
  }

  /** Writes a layer that takes vectors and opens its file, which is deleted when the JVM ends. */
  static WeightFile open(LayerWeights layer) throws IOException {
    Path path = temporary();
    WeightFileWriter writer = new WeightFileWriter();
    LayerPanels.add(writer, 0, layer);
    writer.publish(path);
    return WeightFile.open(path);
  }

  private static Path temporary() throws IOException {
    Path path = Files.createTempFile("staccato-benchmark-", ".safetensors");
    path.toFile().deleteOnExit();
    return path;
  }
}
