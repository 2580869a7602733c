package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.model.Weights;
import org.staccato.testkit.RandomNetworks;

/** Small weight files. */
final class ServedModels {
  static final int ITEMS = 50;
  private static final int SIZE = 8;

  private ServedModels() {}

  /** Writes a random network over items. */
  static Path write(Path file, long seed) throws IOException {
    Weights weights = RandomNetworks.network(new Random(seed), ITEMS, SIZE, SIZE);
    ItemKeySource keys = ItemKeySource.of(LongStream.range(0, ITEMS).toArray());
    ModelWriter.write(file, weights, keys, new float[ITEMS], new int[][] {{0, 1, 2}}, "{}");
    return file;
  }
}
