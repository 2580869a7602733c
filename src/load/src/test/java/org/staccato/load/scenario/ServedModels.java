package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.staccato.format.ItemKeySource;
import org.staccato.model.ModelSpecification.Cell;
import org.staccato.network.LayerWeights;
import org.staccato.network.ModelWriter;
import org.staccato.network.NetworkWeights;

/** Small weight files. */
final class ServedModels {
  static final int ITEMS = 50;
  private static final int SIZE = 8;

  private ServedModels() {}

  /** Writes a random network over items. */
  static Path write(Path file, long seed) throws IOException {
    Random random = new Random(seed);
    int rows = Cell.LSTM.gates() * SIZE;
    NetworkWeights weights =
        new NetworkWeights(
            ITEMS,
            SIZE,
            floats(random, ITEMS * SIZE),
            List.of(
                new LayerWeights(
                    SIZE,
                    SIZE,
                    floats(random, rows * SIZE),
                    floats(random, rows * SIZE),
                    floats(random, rows))),
            floats(random, ITEMS * SIZE),
            floats(random, ITEMS));
    ItemKeySource keys = ItemKeySource.of(LongStream.range(0, ITEMS).toArray());
    ModelWriter.write(file, weights, keys, new float[ITEMS], new int[][] {{0, 1, 2}}, "{}");
    return file;
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.4 * random.nextGaussian());
    }
    return values;
  }
}
