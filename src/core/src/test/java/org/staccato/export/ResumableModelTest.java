package org.staccato.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.LiveModel;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.model.Activation;
import org.staccato.model.Convolution;
import org.staccato.model.EventAttribute;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Gru;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.model.WrongTaskException;
import org.staccato.testkit.Cell;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** What a training wrote to go on from is what it finds again. */
class ResumableModelTest {
  private static final int ITEMS = 70;

  private final long seed = RandomSeed.fresh();

  @TempDir Path folder;

  static Stream<ModelSpecification> networks() {
    ItemInput input = new ItemInput(ITEMS, 17, ItemKeys.Kind.LONG);
    return Stream.of(
        ranking(input, RandomNetworks.layers(Cell.LSTM, 17, 17), true),
        ranking(input, RandomNetworks.layers(Cell.GRU, 17, 3, 20), false),
        ranking(input, Kinds.blocks(17, 2), true),
        ranking(input, Kinds.blocks(17, 1), false),
        // Rows of inputs below a convolution, and of attributes beside those of items.
        ranking(input, List.of(new Convolution(17, 3), new Lstm(17, 17)), true),
        ranking(input.withAttributes(Kinds.attributes()), List.of(new Gru(17, 17)), true));
  }

  private static ModelSpecification ranking(ItemInput input, List<Layer> layers, boolean tied) {
    Ranking ranking = new Ranking(Ranking.NEXT, layers.getLast().width(), ITEMS, tied);
    return new ModelSpecification(input, layers, List.of(ranking));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyWeightComesBackBitForBit(ModelSpecification specification) throws IOException {
    Weights weights = RandomNetworks.weights(new Random(seed), specification);
    try (ResumableModel model = ResumableModel.open(write(weights))) {
      assertEquals(specification, model.weights().specification());
      assertEquals(100, model.keys().longKey(0));
      for (Parameter parameter : specification.parameters()) {
        FloatMatrix expected = weights.get(parameter.name());
        FloatMatrix found = model.weights().get(parameter.name());
        for (int row = 0; row < parameter.rows(); row++) {
          for (int column = 0; column < parameter.columns(); column++) {
            assertEquals(
                expected.at(row, column),
                found.at(row, column),
                () -> parameter.name() + ", seed " + seed);
          }
        }
      }
    }
  }

  private Path write(Weights weights) throws IOException {
    Path path = folder.resolve("resumable.safetensors");
    ItemKeySource keys = ItemKeySource.of(LongStream.range(100, 100 + ITEMS).toArray());
    List<EventAttribute> attributes = weights.specification().attributes();
    List<GoldenSequence> golden =
        Stream.of(new int[] {0, 1}, new int[] {2})
            .map(items -> GoldenSequence.of(items, attributes))
            .toList();
    ModelWriter.writeResumable(path, weights, keys, new float[ITEMS], golden, "{}");
    return path;
  }

  private Path example() throws IOException {
    return write(RandomNetworks.weights(new Random(seed), networks().findFirst().orElseThrow()));
  }

  @Test
  void aTiedModelGrowsLittle() throws IOException {
    ModelSpecification network = networks().findFirst().orElseThrow();
    Weights weights = RandomNetworks.weights(new Random(seed), network);
    long plain = Files.size(ModelFiles.write(folder.resolve("plain.safetensors"), weights));
    // The input weights of the LSTM, with two padded columns of 16.
    long grown = Files.size(write(weights)) - plain;
    assertTrue(grown <= 4 * 17 * 32 * Float.BYTES + 256, grown + " bytes");
  }

  @Test
  void servesAsAnyOtherFile() throws IOException {
    try (LiveModel live = LiveModel.open(example())) {
      assertEquals(ITEMS, live.itemKeys().size());
    }
  }

  @Test
  void aFileThatWasNotWrittenForItIsRefused() throws IOException {
    Path plain = ModelFiles.random(folder, seed, 9, 8, 8);
    ModelRejectedException rejected =
        assertThrows(ModelRejectedException.class, () -> ResumableModel.open(plain));
    assertEquals(
        plain
            + ": tensor \"training.input.embedding\": found none, expected a model that was trained"
            + " with --resumable",
        rejected.getMessage());
  }

  @Test
  void aQuantisedFileIsRefusedAndHasNoTensorsOfTheTraining() throws IOException {
    Path quantised = folder.resolve("quantised.safetensors");
    MatrixTypes types = new MatrixTypes(DataType.F32, DataType.BF16, DataType.F32, false);
    Quantization.write(example(), quantised, types, 1);
    ModelRejectedException rejected =
        assertThrows(ModelRejectedException.class, () -> ResumableModel.open(quantised));
    assertTrue(
        rejected.toString().contains("found BF16, expected F32: a training cannot go on"),
        rejected.toString());
    try (WeightFile file = WeightFile.open(quantised)) {
      assertTrue(file.find("training.layer.0.input").isEmpty());
    }
  }

  @Test
  void aModelOfFeaturesIsRefused() throws IOException {
    Path path = ModelFiles.prediction(folder, Cell.LSTM, Activation.LINEAR, seed, 4, 1, 5);
    assertThrows(WrongTaskException.class, () -> ResumableModel.open(path));
  }
}
