package org.staccato.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.export.MatrixTypes;
import org.staccato.export.ModelWriter;
import org.staccato.export.ReferenceNetwork;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** Whole networks through the weight file: written, mapped, and compared with double precision. */
class NetworkTest {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir Path folder;
  private Path path;

  /** The bounds on errors that rewritten files state, if any. */
  private String tolerance = "";

  /** Whether rewritten files differ in all elements of a tensor, and not in its first one alone. */
  private boolean wholeTensors;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("model.safetensors");
  }

  private static ItemKeySource keys(int items) {
    return ItemKeySource.of(LongStream.range(0, items).map(i -> 1000 + 7 * i).toArray());
  }

  private String write(Weights weights, int[]... golden) throws IOException {
    int items = weights.specification().itemInput().items();
    return ModelWriter.write(path, weights, keys(items), new float[items], golden, "{}");
  }

  @Test
  void oddShapesAndDepthsAgreeWithDoublePrecision() throws IOException {
    int[][] shapes = {
      {1, 1, 1}, {15, 3, 16}, {16, 17, 15}, {17, 8, 17, 31}, {33, 16, 5, 3, 2}, {131, 32, 48, 33}
    };
    for (int[] shape : shapes) {
      long seed = RandomSeed.of(Arrays.hashCode(shape));
      for (Cell cell : Cell.values()) {
        Random random = new Random(seed);
        Weights weights =
            RandomNetworks.network(
                random, cell, shape[0], shape[1], Arrays.copyOfRange(shape, 2, shape.length));
        int[] sequence = RandomNetworks.sequence(random, shape[0], 9);
        write(weights, sequence, new int[] {shape[0] - 1});
        try (WeightFile file = WeightFile.open(path)) {
          for (Kernels kernels : List.of(new ScalarKernels(), ConfiguredKernels.get())) {
            Network network = Network.open(file, kernels);
            String shown = ", shape " + Arrays.toString(shape) + ", seed " + seed;
            compare(network, weights, sequence, kernels.name() + ", " + cell + shown);
          }
        }
      }
    }
  }

  private static void compare(Network network, Weights weights, int[] sequence, String where) {
    MemorySegment state = network.stack().newState();
    StepScratch scratch = new StepScratch(network.stack(), null);
    LinearHead head = network.ranking();
    MemorySegment scores = LinearHead.newScores(head.blocks());
    Ranking ranking = weights.specification().ranking();
    ReferenceNetwork reference = new ReferenceNetwork(weights);
    for (int item : sequence) {
      network.stack().step(state, false, scratch, item);
      reference.step(item);
      head.score(state, 0, head.blocks(), scores);
      for (int i = 0; i < ranking.items(); i++) {
        double expected = reference.score(ranking, i);
        assertEquals(expected, scores.getAtIndex(FLOAT, i), 2e-5, where + ", item " + i);
      }
    }
  }

  @Test
  void oneModelIsOneSequenceOfBytes() throws IOException {
    Weights weights = RandomNetworks.network(RandomSeed.random(5), 20, 4, 6);
    String digest = write(weights, new int[] {3, 4});
    byte[] bytes = Files.readAllBytes(path);
    assertEquals(digest, write(weights, new int[] {3, 4}));
    assertArrayEquals(bytes, Files.readAllBytes(path));
  }

  @Test
  void theSpecificationAndThePriorComeBack() throws IOException {
    ModelSpecification specification =
        RandomNetworks.ranking(
            RandomNetworks.layers(Cell.LSTM, 6, 6), 20, ItemKeys.Kind.LONG, true);
    Weights tied = RandomNetworks.weights(RandomSeed.random(5), specification);
    float[] popularity = new float[20];
    popularity[7] = 0.25f;
    ModelWriter.write(path, tied, keys(20), popularity, new int[][] {{1}}, "{\"seed\":1}");
    try (WeightFile file = WeightFile.open(path)) {
      Network network = Network.open(file);
      assertEquals(specification, network.specification());
      assertEquals(0.25f, network.popularity(7));
      assertEquals(7, network.itemKeys().indexOf(1000 + 7 * 7));
      assertEquals("{\"seed\":1}", file.metadata().get(ModelWriter.PROVENANCE_KEY));
    }
  }

  @Test
  void theWriterRefusesWhatDoesNotFit() {
    Weights weights = RandomNetworks.network(RandomSeed.random(5), 20, 4, 6);
    float[] popularity = new float[20];
    int[][] golden = {{1}};
    assertRefused(weights, keys(19), popularity, golden);
    assertRefused(weights, keys(20), new float[21], golden);
    assertRefused(weights, keys(20), popularity, new int[0][]);
    assertRefused(weights, keys(20), popularity, new int[][] {{}});
    assertRefused(weights, keys(20), popularity, new int[][] {{20}});
    assertRefused(weights, keys(20), popularity, new int[257][1]);
    popularity[3] = Float.NaN;
    assertRefused(weights, keys(20), popularity, golden);
    popularity[3] = 0;
    for (Parameter parameter : weights.specification().parameters()) {
      float[] elements = new float[Math.toIntExact(parameter.elements())];
      elements[elements.length - 1] = Float.POSITIVE_INFINITY;
      Weights infinite = RandomNetworks.with(weights, parameter.name(), elements);
      assertRefused(infinite, keys(20), popularity, golden);
    }
    assertFalse(Files.exists(path), "nothing is left behind");
  }

  private void assertRefused(
      Weights weights, ItemKeySource keys, float[] popularity, int[][] golden) {
    assertThrows(
        RuntimeException.class,
        () -> ModelWriter.write(path, weights, keys, popularity, golden, "{}"));
  }

  /** Rewrites the file with another specification or without, or with, changed tensors. */
  private Path rewrite(String specification, String changed, float delta) throws IOException {
    Path other = folder.resolve("other.safetensors");
    try (WeightFile file = WeightFile.open(path)) {
      WeightFileWriter writer = new WeightFileWriter();
      if (!specification.isEmpty()) {
        writer.metadata(ModelSpecification.METADATA_KEY, specification);
      }
      if (!tolerance.isEmpty()) {
        writer.metadata(GoldenSamples.TOLERANCE_KEY, tolerance);
      }
      for (Tensor tensor : file.tensors()) {
        if (tensor.name().equals(changed) && delta == 0) {
          continue;
        }
        byte[] bytes =
            file.data().asSlice(tensor.offset(), tensor.byteSize()).toArray(ValueLayout.JAVA_BYTE);
        MemorySegment copy = MemorySegment.ofArray(bytes);
        if (tensor.name().equals(changed) && tensor.type() == DataType.F32) {
          ValueLayout.OfFloat unaligned = FLOAT.withByteAlignment(1);
          for (long i = 0; i < (wholeTensors ? tensor.elements() : 1); i++) {
            // Change by different amounts, because a softmax ignores a constant that is added to
            // all of its sums.
            float value = copy.get(unaligned, i * Float.BYTES) + (i + 1) * delta;
            copy.set(unaligned, i * Float.BYTES, value);
          }
        } else if (tensor.name().equals(changed)) {
          copy.set(ValueLayout.JAVA_INT_UNALIGNED, 0, (int) delta);
        }
        writer.tensor(
            tensor.name(),
            tensor.type(),
            copy,
            tensor.shape().stream().mapToLong(Long::longValue).toArray());
      }
      writer.publish(other);
    }
    return other;
  }

  private static void assertReason(Reason reason, Path path) throws IOException {
    try (WeightFile file = WeightFile.open(path)) {
      ModelRejectedException e =
          assertThrows(ModelRejectedException.class, () -> Network.open(file));
      assertEquals(reason, e.reason(), e.getMessage());
      assertEquals(path, e.file());
      assertTrue(String.valueOf(e.getMessage()).contains("expected"), e.getMessage());
    }
  }

  @Test
  void everyTensorAndDimensionIsCheckedAgainstTheSpecification() throws IOException {
    write(RandomNetworks.network(RandomSeed.random(5), 40, 4, 17, 6), new int[] {3, 4, 39});
    String good;
    try (WeightFile file = WeightFile.open(path)) {
      good = Network.open(file).specification().toJson();
    }
    assertReason(Reason.SPECIFICATION, rewrite("", "", 0));
    assertReason(Reason.SPECIFICATION, rewrite("{}", "", 0));
    assertReason(Reason.SPECIFICATION, rewrite(replace(good, "\"units\":6", "\"units\":0"), "", 0));
    assertReason(Reason.SPECIFICATION, rewrite(replace(good, "\"units\":6", "\"units\":9"), "", 0));
    assertReason(Reason.SHAPE, rewrite(lstms(40, 33, 6), "", 0));
    assertReason(Reason.SHAPE, rewrite(lstms(40, 17, 9), "", 0));
    assertReason(Reason.SHAPE, rewrite(lstms(41, 17, 6), "", 0));
    assertReason(Reason.TENSOR_MISSING, rewrite(lstms(40, 17, 6, 6), "", 0));
    assertReason(Reason.TENSOR_MISSING, rewrite(replace(good, "next", "later"), "", 0));
    assertReason(Reason.ITEM_KEYS, rewrite(replace(good, "LONG", "TEXT"), "", 0));
    assertNoTensorMayBeMissing(good);
  }

  private static String lstms(int items, int... units) {
    return RandomNetworks.ranking(Cell.LSTM, items, 4, units).toJson();
  }

  private static String replace(String json, String part, String by) {
    assertTrue(json.contains(part), json);
    return json.replace(part, by);
  }

  @Test
  void everyTensorOfAGruIsChecked() throws IOException {
    write(
        RandomNetworks.network(RandomSeed.random(5), Cell.GRU, 40, 4, 17, 6), new int[] {0, 5, 0});
    String good;
    try (WeightFile file = WeightFile.open(path)) {
      good = Network.open(file).specification().toJson();
    }
    assertNoTensorMayBeMissing(good);
    for (String name :
        List.of(
            "input.items",
            "layer.0.recurrentBias",
            "layer.1.inputBias",
            "layer.1.recurrentBias",
            "layer.1.recurrent")) {
      assertReason(Reason.GOLDEN, rewrite(good, name, 1000));
    }
  }

  private void assertNoTensorMayBeMissing(String specification) throws IOException {
    List<String> names;
    try (WeightFile file = WeightFile.open(path)) {
      names = file.tensors().stream().map(Tensor::name).toList();
    }
    for (String name : names) {
      assertReason(Reason.TENSOR_MISSING, rewrite(specification, name, 0));
    }
  }

  @Test
  void aFileMaySayHowFarItsRoundedWeightsAreOff() throws IOException {
    write(RandomNetworks.network(RandomSeed.random(5), 40, 4, 17, 6), new int[] {0, 5, 0});
    String good;
    try (WeightFile file = WeightFile.open(path)) {
      good = Network.open(file).specification().toJson();
    }
    for (String wrong : List.of("-1", "NaN", "Infinity", "little")) {
      tolerance = wrong;
      assertReason(Reason.VALUE_RANGE, rewrite(good, "", 0));
    }
    tolerance = "1e-9";
    assertReason(Reason.GOLDEN, rewrite(good, "head.next.bias", 0.01f));
    tolerance = "10";
    try (WeightFile file = WeightFile.open(rewrite(good, "head.next.bias", 0.01f))) {
      Network network = Network.open(file);
      double largest = largestError(file, network);
      assertTrue(largest > 1e-4 && largest < 0.011, "error " + largest);
    }
  }

  private static double largestError(WeightFile file, Network network) throws IOException {
    double[] largest = {0};
    GoldenSamples.compare(
        file,
        network,
        new GoldenScratch(),
        (sample, actual, expected, count) -> {
          for (int i = 0; i < count; i++) {
            double error = Math.abs(actual[i] - expected[i]);
            largest[0] = Math.max(largest[0], error / GoldenSamples.scale(expected, count));
          }
        });
    return largest[0];
  }

  @Test
  void theScaleOfACoarseRowIsNotBelowZero() throws IOException {
    tolerance = "1e9";
    RandomNetworks.write(
        path, RandomNetworks.network(RandomSeed.random(3), 20, 4, 8), MatrixTypes.I8);
    String good;
    try (WeightFile file = WeightFile.open(path)) {
      good = Network.open(file).specification().toJson();
    }
    assertReason(Reason.VALUE_RANGE, rewrite(good, "head.next.coarse.scales", -1));
  }

  @Test
  void unitsThatTheSpecificationOmitsCountInTheBoundsOfCoarseSums() throws IOException {
    tolerance = "1e9";
    RandomNetworks.write(
        path, RandomNetworks.network(RandomSeed.random(4), 20, 4, 8), MatrixTypes.I8);
    try (WeightFile declared = WeightFile.open(path)) {
      Network network = Network.open(declared);
      String fewer = RandomNetworks.ranking(Cell.LSTM, 20, 4, 5).toJson();
      try (WeightFile omitted = WeightFile.open(rewrite(fewer, "", 0))) {
        MemorySegment state = network.stack().newState();
        network.stack().step(state, false, new StepScratch(network.stack(), null), 7);
        LinearHead head = Network.open(omitted).ranking();
        assertEquals(network.ranking().errorFactor(state), head.errorFactor(state));
        assertEquals(network.ranking().score(state, 3), head.score(state, 3));
      }
    }
  }

  @Test
  void theGoldenSamplesNoticeAnyPartOfTheComputation() throws IOException {
    Weights weights = RandomNetworks.network(RandomSeed.random(5), 40, 4, 17, 6);
    write(weights, new int[] {0, 5, 0});
    String good;
    try (WeightFile file = WeightFile.open(path)) {
      good = Network.open(file).specification().toJson();
    }
    for (String name :
        List.of(
            "input.items",
            "layer.0.bias",
            "layer.0.recurrent",
            "layer.1.input",
            "layer.1.bias",
            "layer.1.recurrent",
            "head.next.weights",
            "head.next.bias",
            "golden.next.scores")) {
      assertReason(Reason.GOLDEN, rewrite(good, name, 1000));
    }
    assertReason(Reason.GOLDEN, rewrite(good, "golden.items", 1));
    assertReason(Reason.GOLDEN, rewrite(good, "golden.next.items", 1));
    assertReason(Reason.VALUE_RANGE, rewrite(good, "golden.items", 40));
    assertReason(Reason.VALUE_RANGE, rewrite(good, "golden.next.items", -2));
  }

  /** Of layers and heads of several kinds, whatever tensors they have. */
  @Test
  void everyTensorOfEveryKindIsChecked() throws IOException {
    // A single weight of a gate may have little effect in a network of many layers.
    wholeTensors = true;
    for (Class<?> kind : Kinds.ofLayers()) {
      for (ModelSpecification specification : Kinds.networksOf(kind)) {
        ModelFiles.write(path, RandomNetworks.weights(RandomSeed.random(9), specification));
        String good = specification.toJson();
        assertNoTensorMayBeMissing(good);
        for (String name : floatsOfTheComputation()) {
          assertReason(Reason.GOLDEN, rewrite(good, name, 1000));
        }
      }
    }
  }

  private List<String> floatsOfTheComputation() throws IOException {
    try (WeightFile file = WeightFile.open(path)) {
      return file.tensors().stream()
          .filter(tensor -> tensor.type() == DataType.F32)
          .map(Tensor::name)
          .filter(name -> !name.equals(Network.POPULARITY))
          .toList();
    }
  }
}
