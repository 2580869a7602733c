package org.staccato.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.staccato.UserState;
import org.staccato.export.GoldenSequence;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.model.Activation;
import org.staccato.model.EventAttribute;
import org.staccato.model.FeatureInput;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Weights;

/** Weight files for tests; item i has the key 100 + i. */
public final class ModelFiles {
  private ModelFiles() {}

  /** A model of LSTMs that ranks. */
  public static Path random(
      Path folder, long seed, int items, int embeddingSize, int... hiddenSizes) throws IOException {
    return random(folder, Cell.LSTM, seed, items, embeddingSize, hiddenSizes);
  }

  /** A model that ranks. */
  public static Path random(
      Path folder, Cell cell, long seed, int items, int embeddingSize, int... hiddenSizes)
      throws IOException {
    return write(
        folder.resolve("model-" + seed + ".safetensors"),
        RandomNetworks.network(new Random(seed), cell, items, embeddingSize, hiddenSizes));
  }

  /** Writes a network with golden samples; item i has the key 100 + i. */
  public static Path write(Path path, Weights weights) throws IOException {
    switch (weights.specification().input()) {
      case ItemInput input -> {
        int items = input.items();
        ItemKeySource keys = ItemKeySource.of(LongStream.range(100, 100 + items).toArray());
        // Long enough for every tap of a convolution, whose example has at most four.
        Random random = new Random(1);
        List<GoldenSequence> golden =
            Stream.of(new int[] {0, items - 1, items / 3, items - 1}, new int[] {items / 2})
                .map(sequence -> golden(random, sequence, input.attributes()))
                .toList();
        ModelWriter.write(path, weights, keys, new float[items], golden, "{}");
      }
      case FeatureInput input -> {
        float[] golden = RandomNetworks.floats(new Random(1), 4 * input.width(), 1);
        ModelWriter.write(path, weights, new float[][] {golden}, "{}");
      }
    }
    return path;
  }

  private static GoldenSequence golden(
      Random random, int[] sequence, List<EventAttribute> attributes) {
    return GoldenSequence.of(
        Arrays.stream(sequence).mapToObj(item -> RandomNetworks.event(random, item)).toList(),
        attributes);
  }

  /** A model of items with the given keys. */
  public static Path keyed(Path folder, long seed, int items, ItemKeySource keys)
      throws IOException {
    Path path = folder.resolve("keyed-" + seed + ".safetensors");
    ModelSpecification specification =
        RandomNetworks.ranking(RandomNetworks.layers(Cell.LSTM, 8, 17), items, keys.kind(), false);
    Weights weights = RandomNetworks.weights(new Random(seed), specification);
    ModelWriter.write(path, weights, keys, new float[items], new int[][] {{0}}, "{}");
    return path;
  }

  /** A model that predicts from features. */
  public static Path prediction(
      Path folder,
      Cell cell,
      Activation activation,
      long seed,
      int features,
      int outputs,
      int... units)
      throws IOException {
    return write(
        folder.resolve("prediction-" + seed + ".safetensors"),
        RandomNetworks.prediction(new Random(seed), cell, activation, features, outputs, units));
  }

  /** The serialised form of a state, for comparisons bit by bit. */
  public static ByteBuffer serialize(UserState user) {
    ByteBuffer buffer = ByteBuffer.allocate(user.serializedSize());
    user.writeTo(buffer);
    return buffer.flip();
  }
}
