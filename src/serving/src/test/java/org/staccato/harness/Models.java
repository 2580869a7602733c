package org.staccato.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.staccato.format.ItemKeySource;
import org.staccato.network.LayerWeights;
import org.staccato.network.ModelWriter;
import org.staccato.network.NetworkWeights;

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
    Random random = new Random(seed);
    NetworkWeights weights =
        new NetworkWeights(
            items,
            8,
            floats(random, items * 8),
            List.of(
                new LayerWeights(
                    8,
                    units,
                    floats(random, 4 * units * 8),
                    floats(random, 4 * units * units),
                    floats(random, 4 * units))),
            floats(random, items * units),
            floats(random, items));
    ModelWriter.write(path, weights, keys, new float[items], new int[][] {{0}}, "{}");
    return path;
  }

  /** Returns the keys from one number to before another. */
  public static long[] keys(int from, int to) {
    return IntStream.range(from, to).asLongStream().toArray();
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() / 3);
    }
    return values;
  }
}
