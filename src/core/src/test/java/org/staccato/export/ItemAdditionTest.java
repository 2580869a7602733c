package org.staccato.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.model.FeatureWeights;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Gru;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** New items of a written model against a network that was written with them. */
class ItemAdditionTest {
  private static final int FEATURES = 17;

  @TempDir Path folder;

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  private static List<Layer> layers(String kind, int width) {
    return switch (kind) {
      case "lstm" -> List.of(new Lstm(width, width));
      case "gru" -> List.of(new Gru(width, 3), new Gru(3, width));
      default -> Kinds.blocks(width, 2);
    };
  }

  private static ModelSpecification network(String kind, int items, int width) {
    return new ModelSpecification(
        new ItemInput(items, width, ItemKeys.Kind.LONG),
        layers(kind, width),
        List.of(new Ranking(Ranking.NEXT, width, items, true)));
  }

  private Path write(String name, Weights weights) throws IOException {
    int items = weights.specification().itemInput().items();
    Path path = folder.resolve(name);
    ModelWriter.write(
        path,
        weights,
        ItemKeySource.of(LongStream.range(0, items).map(item -> 100 + item).toArray()),
        new float[items],
        new int[][] {{0, items / 2}},
        "{}");
    return path;
  }

  private Weights withFeatures(Weights weights) {
    int width = weights.specification().itemInput().width();
    return weights.withFeatures(
        new FeatureWeights(
            "{\"a\":\"ä\"}",
            FloatMatrix.of(RandomNetworks.floats(random, FEATURES * width, 0.5), width),
            FloatMatrix.of(RandomNetworks.floats(random, FEATURES, 0.5), 1)));
  }

  private List<ItemAddition.Item> items(int first, int count) {
    List<ItemAddition.Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] features = {0, 1 + random.nextInt(FEATURES - 1)};
      items.add(
          new ItemAddition.Item(
              String.valueOf(100 + first + i), features, new float[] {1, random.nextFloat()}));
    }
    return items;
  }

  /** The weights with more items, as a training would have them. */
  private static Weights longer(Weights weights, String kind, List<ItemAddition.Item> items) {
    int before = weights.specification().itemInput().items();
    int width = weights.specification().itemInput().width();
    FeatureWeights features = weights.features().orElseThrow();
    ModelSpecification specification = network(kind, before + items.size(), width);
    Map<String, FloatMatrix> elements = new HashMap<>();
    specification
        .parameters()
        .forEach(parameter -> elements.put(parameter.name(), weights.get(parameter.name())));
    elements.put(
        ModelSpecification.embeddingName(), longer(weights.embedding(), features.rows(), items));
    Ranking ranking = weights.specification().ranking();
    elements.put(
        RandomNetworks.HEAD_BIAS, longer(weights.biasOf(ranking), features.biases(), items));
    return new Weights(specification, elements);
  }

  private static FloatMatrix longer(
      FloatMatrix known, FloatMatrix features, List<ItemAddition.Item> items) {
    int columns = known.columns();
    float[] all = new float[(known.rows() + items.size()) * columns];
    for (int i = 0; i < all.length; i++) {
      int row = i / columns;
      if (row < known.rows()) {
        all[i] = known.at(row, i % columns);
      } else {
        ItemAddition.Item item = items.get(row - known.rows());
        double sum = 0;
        for (int k = 0; k < item.features().length; k++) {
          sum += (double) item.weights()[k] * features.at(item.features()[k], i % columns);
        }
        all[i] = (float) sum;
      }
    }
    return FloatMatrix.of(all, columns);
  }

  @ParameterizedTest
  @CsvSource({
    "lstm, 1, 1, 1",
    "lstm, 63, 5, 1",
    "lstm, 64, 16, 1",
    "gru, 15, 17, 130",
    "block, 75, 5, 9",
    "block, 16, 1, 3"
  })
  void aNewItemIsScoredAndSteppedOnLikeOneThatWasTrained(
      String kind, int known, int width, int added) throws IOException {
    Weights weights = withFeatures(RandomNetworks.weights(random, network(kind, known, width)));
    List<ItemAddition.Item> items = items(known, added);
    Path expected = write("longer.safetensors", longer(weights, kind, items));
    Path source = write("known.safetensors", weights);
    for (MatrixTypes types : List.of(MatrixTypes.F32, MatrixTypes.BF16, MatrixTypes.I8)) {
      Path from = quantised(source, "from", types);
      Path target = folder.resolve("added.safetensors");
      try (ItemAddition addition = ItemAddition.open(from)) {
        assertEquals("{\"a\":\"ä\"}", addition.vocabulary());
        addition.write(target, items);
      }
      try (LiveModel found = LiveModel.open(target);
          LiveModel whole = LiveModel.open(quantised(expected, "to", types))) {
        for (int item : new int[] {0, known - 1, known, known + added - 1}) {
          assertArrayEquals(scores(whole, item), scores(found, item), kind + ", seed " + seed);
        }
        assertEquals(known + added - 1, found.itemKeys().indexOf(100 + known + added - 1));
      }
    }
  }

  private Path quantised(Path source, String name, MatrixTypes types) throws IOException {
    Path target = folder.resolve(name + ".safetensors");
    Quantization.write(source, target, types, Double.POSITIVE_INFINITY);
    return target;
  }

  private static float[] scores(LiveModel model, int item) {
    Scorer scorer = model.newScorer();
    UserState user = scorer.newState();
    scorer.step(user, item);
    float[] scores = new float[model.itemKeys().size()];
    scorer.scores(user, scores);
    return scores;
  }

  @Test
  void itemsMayBeAddedTwiceAndTheFileReplacesItself() throws IOException {
    Path model =
        write(
            "model.safetensors",
            withFeatures(RandomNetworks.weights(random, network("lstm", 9, 4))));
    for (int round = 0; round < 2; round++) {
      try (ItemAddition addition = ItemAddition.open(model)) {
        addition.write(model, items(9 + 3 * round, 3));
      }
    }
    try (LiveModel live = LiveModel.open(model)) {
      assertEquals(15, live.itemKeys().size());
    }
  }

  @Test
  void itemsThatCannotBeAddedAreRefusedAndNothingIsWritten() throws IOException {
    Path model =
        write(
            "model.safetensors",
            withFeatures(RandomNetworks.weights(random, network("lstm", 9, 4))));
    Path target = folder.resolve("target.safetensors");
    float[] one = {1};
    try (ItemAddition addition = ItemAddition.open(model)) {
      requireRefused(addition, target, List.of());
      requireRefused(addition, target, List.of(new ItemAddition.Item("abc", new int[] {0}, one)));
      requireRefused(addition, target, List.of(new ItemAddition.Item("007", new int[] {0}, one)));
      requireRefused(addition, target, List.of(new ItemAddition.Item("100", new int[] {0}, one)));
      requireRefused(addition, target, List.of(new ItemAddition.Item("1", new int[0], one)));
      requireRefused(
          addition, target, List.of(new ItemAddition.Item("1", new int[] {FEATURES}, one)));
      ItemAddition.Item twice = new ItemAddition.Item("1", new int[] {0}, one);
      requireRefused(addition, target, List.of(twice, twice));
    }
    assertTrue(Files.notExists(target));
  }

  private static void requireRefused(
      ItemAddition addition, Path target, List<ItemAddition.Item> items) {
    assertThrows(IllegalArgumentException.class, () -> addition.write(target, items));
  }

  /** Tensors of features that are absent, of another shape, or hold other numbers. */
  @Test
  void aFileWhoseFeaturesWereTamperedWithIsRejectedOrItsNewItemsHaveFiniteScores()
      throws IOException {
    Path model =
        write(
            "model.safetensors",
            withFeatures(RandomNetworks.weights(random, network("block", 9, 4))));
    Path target = folder.resolve("target.safetensors");
    Path tampered = folder.resolve("tampered.safetensors");
    for (int round = 0; round < 120; round++) {
      tamper(model, tampered);
      try (ItemAddition addition = ItemAddition.open(tampered)) {
        addition.write(target, items(9, 2));
        try (LiveModel live = LiveModel.open(target)) {
          for (float score : scores(live, 10)) {
            assertTrue(Float.isFinite(score), "round " + round + ", seed " + seed);
          }
        }
      } catch (IOException | IllegalArgumentException rejected) {
        assertTrue(rejected.getMessage() != null, "seed " + seed);
      }
    }
  }

  private void tamper(Path model, Path target) throws IOException {
    try (WeightFile file = WeightFile.open(model)) {
      List<String> names =
          file.tensors().stream()
              .map(Tensor::name)
              .filter(name -> name.startsWith("items.features."))
              .toList();
      String chosen = names.get(random.nextInt(names.size()));
      int how = random.nextInt(3);
      WeightFileWriter writer = new WeightFileWriter();
      file.metadata()
          .forEach(
              (key, value) -> {
                if (!key.equals(WeightFile.VERSION_KEY) && !key.equals(WeightFile.DIGEST_KEY)) {
                  writer.metadata(key, value);
                }
              });
      for (Tensor tensor : file.tensors()) {
        if (!tensor.name().equals(chosen)) {
          long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
          writer.tensor(
              tensor.name(),
              tensor.type(),
              file.data().asSlice(tensor.offset(), tensor.byteSize()),
              shape);
        } else if (how > 0) {
          int count = how == 1 ? 16 * (1 + random.nextInt(40)) : (int) tensor.elements();
          long[] shape =
              how == 1
                  ? new long[] {count}
                  : tensor.shape().stream().mapToLong(Long::longValue).toArray();
          DataType type = how == 1 ? DataType.F32 : tensor.type();
          double size = random.nextBoolean() ? 1 : 1e18;
          writer.tensor(
              tensor.name(),
              type,
              output -> {
                for (int i : IntStream.range(0, count).toArray()) {
                  if (type == DataType.F32) {
                    output.putFloat((float) (size * random.nextGaussian()));
                  } else {
                    output.putBytes(java.lang.foreign.MemorySegment.ofArray(new byte[] {(byte) i}));
                  }
                }
              },
              shape);
        }
      }
      writer.publish(target);
    }
  }
}
