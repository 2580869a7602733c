package org.staccato.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.ItemKeys;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.memory.LittleEndian;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.Residual;
import org.staccato.model.Weights;
import org.staccato.network.ItemRows;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;

/** What a row of an item holds: sums, and behind them the vectors that residuals add, no more. */
class FoldingTest {
  private static final int ITEMS = 7;
  private static final int WIDTH = 70;

  /** The blocks of 64 rows that hold a vector of that width. */
  private static final int VECTOR_BLOCKS = 2;

  @TempDir Path folder;

  private Weights network(Layer... layers) {
    return RandomNetworks.weights(
        new Random(1), RandomNetworks.ranking(List.of(layers), ITEMS, ItemKeys.Kind.LONG, false));
  }

  private List<Long> shape(Weights weights) throws IOException {
    Path path = ModelFiles.write(folder.resolve("network.safetensors"), weights);
    try (WeightFile file = WeightFile.open(path)) {
      assertFalse(file.find("input.embedding").isPresent());
      assertFalse(file.find("layer.0.input").isPresent());
      return file.find(ItemRows.NAME).orElseThrow().shape();
    }
  }

  @Test
  void aPlainNetworkHasTheSumsAlone() throws IOException {
    assertEquals(List.of(7L, 2L, 64L), shape(network(new Lstm(WIDTH, 32))));
    // Three gates of 48 rows each.
    assertEquals(List.of(7L, 3L, 64L), shape(network(new Gru(WIDTH, 33))));
  }

  @Test
  void layersBelowTheLowestRecurrentOneTakeNoRoom() throws IOException {
    Weights weights =
        network(
            new LayerNorm(WIDTH),
            new FeedForward(WIDTH, 3),
            new Residual(WIDTH, 2),
            new Lstm(WIDTH, 32));
    assertEquals(List.of(7L, 2L, 64L), shape(weights));
  }

  @Test
  void belowAConvolutionTheRowIsItsInput() throws IOException {
    Weights weights = network(new LayerNorm(WIDTH), new Convolution(WIDTH, 3), new Lstm(WIDTH, 32));
    Path path = ModelFiles.write(folder.resolve("network.safetensors"), weights);
    try (WeightFile file = WeightFile.open(path)) {
      assertEquals(
          List.of(7L, (long) VECTOR_BLOCKS, 64L), file.find(ItemRows.NAME).orElseThrow().shape());
      assertTrue(file.find("layer.1.tap2").isPresent());
      assertTrue(file.find("layer.2.input").isPresent(), "its product is a step's");
    }
  }

  @Test
  void eachVectorThatAResidualAddsAboveIsThereOnce() throws IOException {
    Weights weights =
        network(
            new LayerNorm(WIDTH),
            new Lstm(WIDTH, WIDTH),
            new Residual(WIDTH, 2),
            new Residual(WIDTH, 3),
            new Residual(WIDTH, 3));
    long sums = 5;
    assertEquals(List.of(7L, sums + 2 * VECTOR_BLOCKS, 64L), shape(weights));
  }

  @Test
  void aVectorIsTheEmbeddingItselfPaddedWithZeros() throws IOException {
    Weights weights = network(new LayerNorm(WIDTH), new Lstm(WIDTH, WIDTH), new Residual(WIDTH, 2));
    Path path = ModelFiles.write(folder.resolve("network.safetensors"), weights);
    try (WeightFile file = WeightFile.open(path)) {
      Tensor rows = file.find(ItemRows.NAME).orElseThrow();
      long blocks = rows.shape().get(1);
      for (int item = 0; item < ITEMS; item++) {
        long first = ((item + 1) * blocks - VECTOR_BLOCKS) * 64;
        for (int i = 0; i < VECTOR_BLOCKS * 64; i++) {
          float expected = i < WIDTH ? weights.embedding().at(item, i) : 0;
          long offset = rows.offset() + (first + i) * Float.BYTES;
          assertEquals(expected, file.data().get(LittleEndian.FLOAT, offset), "item " + item);
        }
      }
    }
  }
}
