package org.staccato;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.staccato.format.ItemKeySource;
import org.staccato.network.ModelWriter;
import org.staccato.network.NetworkWeights;
import org.staccato.network.RandomNetworks;

/** Weight files for tests; item i has the key 100 + i. */
final class ModelFiles {
  private ModelFiles() {}

  static Path random(Path folder, long seed, int items, int embeddingSize, int... hiddenSizes)
      throws IOException {
    return write(
        folder.resolve("model-" + seed + ".safetensors"),
        RandomNetworks.network(new Random(seed), items, embeddingSize, hiddenSizes));
  }

  static Path write(Path path, NetworkWeights weights) throws IOException {
    int items = weights.items();
    ItemKeySource keys = ItemKeySource.of(LongStream.range(100, 100 + items).toArray());
    int[][] golden = {{0, items - 1}, {items / 2}};
    ModelWriter.write(path, weights, keys, new float[items], golden, "{}");
    return path;
  }
}
