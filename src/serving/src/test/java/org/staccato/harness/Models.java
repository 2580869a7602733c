package org.staccato.harness;

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
public final class Models {
  private Models() {}

  /** Writes a model of one layer over items with 64-bit keys. */
  public static Path write(Path path, long seed, int units, long... keys) throws IOException {
    return write(path, seed, units, keys.length, ItemKeySource.of(keys));
  }

  /** Writes a model of one layer over items with textual keys. */
  public static Path write(Path path, long seed, int units, String... keys) throws IOException {
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

  /** Returns the keys from one number to before another. */
  public static long[] keys(int from, int to) {
    return IntStream.range(from, to).asLongStream().toArray();
  }
}
