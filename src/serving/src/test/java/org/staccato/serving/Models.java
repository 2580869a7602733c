package org.staccato.serving;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;

/** Random rankings in weight files. */
final class Models {
  private Models() {}

  /** A model of the items with the given keys, of one layer. */
  static Path write(Path path, long seed, int units, long... keys) throws IOException {
    return write(path, seed, units, keys.length, ItemKeySource.of(keys));
  }

  /** The same with textual keys. */
  static Path write(Path path, long seed, int units, String... keys) throws IOException {
    return write(path, seed, units, keys.length, ItemKeySource.of(List.of(keys)));
  }

  private static Path write(Path path, long seed, int units, int items, ItemKeySource keys)
      throws IOException {
    ModelSpecification specification =
        RandomNetworks.ranking(
            RandomNetworks.layers(Cell.LSTM, 8, units), items, keys.kind(), false);
    Weights weights = RandomNetworks.weights(new Random(seed), specification);
    ModelWriter.write(path, weights, keys, new float[items], new int[][] {{0}}, "{}");
    return path;
  }

  /** Keys from one number to before another. */
  static long[] keys(int from, int to) {
    return IntStream.range(from, to).asLongStream().toArray();
  }
}
