package org.staccato;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.staccato.format.ItemKeySource;
import org.staccato.model.ModelSpecification.Activation;
import org.staccato.model.ModelSpecification.Cell;
import org.staccato.network.ModelWriter;
import org.staccato.network.NetworkWeights;
import org.staccato.network.RandomNetworks;

/** Weight files for tests; item i has the key 100 + i. */
final class ModelFiles {
  private ModelFiles() {}

  static Path random(Path folder, long seed, int items, int embeddingSize, int... hiddenSizes)
      throws IOException {
    return random(folder, Cell.LSTM, seed, items, embeddingSize, hiddenSizes);
  }

  static Path random(
      Path folder, Cell cell, long seed, int items, int embeddingSize, int... hiddenSizes)
      throws IOException {
    return write(
        folder.resolve("model-" + seed + ".safetensors"),
        RandomNetworks.network(new Random(seed), cell, items, embeddingSize, hiddenSizes));
  }

  static Path write(Path path, NetworkWeights weights) throws IOException {
    int items = weights.items();
    ItemKeySource keys = ItemKeySource.of(LongStream.range(100, 100 + items).toArray());
    int[][] golden = {{0, items - 1}, {items / 2}};
    ModelWriter.write(path, weights, keys, new float[items], golden, "{}");
    return path;
  }

  /** A model of items with the given keys. */
  static Path keyed(Path folder, long seed, int items, ItemKeySource keys) throws IOException {
    Path path = folder.resolve("keyed-" + seed + ".safetensors");
    NetworkWeights weights = RandomNetworks.network(new Random(seed), Cell.LSTM, items, 8, 17);
    ModelWriter.write(path, weights, keys, new float[items], new int[][] {{0}}, "{}");
    return path;
  }

  static Path prediction(
      Path folder,
      Cell cell,
      Activation activation,
      long seed,
      int features,
      int outputs,
      int... hiddenSizes)
      throws IOException {
    Random random = new Random(seed);
    Path path = folder.resolve("prediction-" + seed + ".safetensors");
    ModelWriter.write(
        path,
        RandomNetworks.prediction(random, cell, activation, features, outputs, hiddenSizes),
        new float[][] {RandomNetworks.floats(random, 3 * features, 1)},
        "{}");
    return path;
  }

  /** The serialised form of a state, for comparisons bit by bit. */
  static ByteBuffer serialize(UserState user) {
    ByteBuffer buffer = ByteBuffer.allocate(user.serializedSize());
    user.writeTo(buffer);
    return buffer.flip();
  }
}
