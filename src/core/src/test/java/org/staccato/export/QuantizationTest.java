package org.staccato.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Panels;
import org.staccato.model.Activation;
import org.staccato.model.Head;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Weights;
import org.staccato.network.LinearHead;
import org.staccato.network.Network;
import org.staccato.network.PanelTensors;
import org.staccato.testkit.Cell;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

class QuantizationTest {
  private static final int ITEMS = 1543;
  private static final int EVENTS = 23;

  @TempDir private Path folder;

  private Path ranking(Cell cell, int embedding, int... units) throws IOException {
    Random random = RandomSeed.random(units[0]);
    Weights weights = RandomNetworks.network(random, cell, ITEMS, embedding, units);
    int[][] golden = new int[20][];
    for (int i = 0; i < golden.length; i++) {
      golden[i] = RandomNetworks.sequence(random, ITEMS, EVENTS);
    }
    return write(random, weights, golden);
  }

  private Path write(Random random, Weights weights, int[]... golden) throws IOException {
    Path path = folder.resolve("source.safetensors");
    ItemKeySource keys = ItemKeySource.of(LongStream.range(0, ITEMS).toArray());
    float[] popularity = RandomNetworks.floats(random, ITEMS, 1);
    ModelWriter.write(path, weights, keys, popularity, golden, "{\"a\":1}");
    return path;
  }

  private Path prediction(Cell cell, int features, int... units) throws IOException {
    Random random = RandomSeed.random(units[0]);
    Weights weights =
        RandomNetworks.prediction(random, cell, Activation.LINEAR, features, 3, units);
    float[][] golden = new float[20][];
    for (int i = 0; i < golden.length; i++) {
      golden[i] = RandomNetworks.floats(random, EVENTS * features, 1);
    }
    Path path = folder.resolve("source.safetensors");
    ModelWriter.write(path, weights, golden, "{}");
    return path;
  }

  static Stream<MatrixTypes> types() {
    return Stream.of(
        MatrixTypes.F32,
        MatrixTypes.BF16,
        MatrixTypes.I8,
        new MatrixTypes(DataType.I8, DataType.BF16, DataType.BF16, true));
  }

  private Path target() {
    return folder.resolve("target.safetensors");
  }

  private Quantization.Report quantize(Path source, MatrixTypes types) throws IOException {
    return Quantization.write(source, target(), types, Quantization.usualBound(types));
  }

  private void check(Path source, MatrixTypes types) throws IOException {
    Quantization.Report report = quantize(source, types);
    assertTrue(report.errors().mean() <= report.errors().largest());
    assertEquals(Files.size(source), report.sourceBytes());
    assertEquals(Files.size(target()), report.targetBytes());
    try (WeightFile before = WeightFile.open(source);
        WeightFile after = WeightFile.open(target())) {
      assertEquals(after.digest(), report.digest());
      assertEquals(Network.open(before).specification(), Network.openScalar(after).specification());
      assertTrue(
          String.valueOf(after.metadata().get(Quantization.METADATA_KEY))
              .contains(before.digest()));
      assertEquals(
          before.metadata().get(ModelWriter.PROVENANCE_KEY),
          after.metadata().get(ModelWriter.PROVENANCE_KEY));
      for (Tensor matrix : Quantization.matrices(after)) {
        String name = matrix.name();
        DataType expected =
            switch (name.substring(name.lastIndexOf('.') + 1)) {
              case RecurrentLayer.RECURRENT -> types.recurrent();
              case Head.WEIGHTS -> types.output();
              case LinearHead.COARSE -> DataType.I8;
              default -> types.input();
            };
        assertEquals(expected, matrix.type(), name);
      }
      List<Tensor> matrices = Quantization.matrices(before);
      for (Tensor tensor : before.tensors()) {
        if (!matrices.contains(tensor)) {
          Tensor copy =
              after.require(
                  tensor.name(),
                  tensor.type(),
                  tensor.shape().stream().mapToLong(Long::longValue).toArray());
          assertEquals(-1, bytes(before, tensor).mismatch(bytes(after, copy)), tensor.name());
        }
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(2, files.count());
    }
  }

  private static MemorySegment bytes(WeightFile file, Tensor tensor) {
    return file.data().asSlice(tensor.offset(), tensor.byteSize());
  }

  @ParameterizedTest
  @MethodSource("types")
  void lstmsOfOddSizes(MatrixTypes types) throws IOException {
    check(ranking(Cell.LSTM, 17, 33, 15), types);
  }

  @ParameterizedTest
  @MethodSource("types")
  void grusOfOddSizes(MatrixTypes types) throws IOException {
    check(ranking(Cell.GRU, 13, 31, 47), types);
  }

  @ParameterizedTest
  @MethodSource("types")
  void smallestLayers(MatrixTypes types) throws IOException {
    check(ranking(Cell.LSTM, 1, 1), types);
  }

  @ParameterizedTest
  @MethodSource("types")
  void layersAndHeadsOfSeveralKinds(MatrixTypes types) throws IOException {
    for (Class<?> kind : Kinds.ofLayers()) {
      for (ModelSpecification specification : Kinds.networksOf(kind)) {
        Weights weights = RandomNetworks.weights(RandomSeed.random(4), specification);
        check(ModelFiles.write(folder.resolve("source.safetensors"), weights), types);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void predictionsHaveNoCoarseWeights(Cell cell) throws IOException {
    Path source = prediction(cell, 7, 19, 20);
    check(source, MatrixTypes.BF16);
    check(source, MatrixTypes.I8);
    assertFalse(quantize(source, MatrixTypes.I8).types().coarse());
  }

  @Test
  void matricesShrink() throws IOException {
    Path source = ranking(Cell.LSTM, 64, 64, 64);
    Quantization.Report half = quantize(source, MatrixTypes.BF16);
    assertEquals(half.sourceMatrixBytes(), 2 * half.targetMatrixBytes());
    assertTrue(half.targetBytes() < half.sourceBytes());
    assertEquals(half.sourceMatrixBytes(), quantize(source, MatrixTypes.F32).targetMatrixBytes());
  }

  @Test
  void whatIsAboveTheBoundIsNotWritten() throws IOException {
    Path source = ranking(Cell.LSTM, 16, 32);
    ModelRejectedException refused =
        assertThrows(
            ModelRejectedException.class,
            () -> Quantization.write(source, target(), MatrixTypes.I8, 1e-6));
    assertEquals(Reason.GOLDEN, refused.reason());
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("found") && message.contains("expected at most 1.0E-6"), message);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(source), files.toList());
    }
    byte[] older = {1, 2, 3};
    Files.write(target(), older);
    assertThrows(
        ModelRejectedException.class,
        () -> Quantization.write(source, target(), MatrixTypes.I8, 1e-6));
    assertArrayEquals(older, Files.readAllBytes(target()));
    assertThrows(
        IllegalArgumentException.class,
        () -> Quantization.write(source, target(), MatrixTypes.I8, Double.NaN));
  }

  /** Weights so large that every rounding shows. */
  @Test
  void anyFiniteErrorIsAcceptedIfAskedFor() throws IOException {
    Random random = RandomSeed.random(5);
    int units = 64;
    Weights ordinary = RandomNetworks.network(random, ITEMS, units, units);
    Weights large =
        RandomNetworks.with(
            ordinary,
            ModelSpecification.layerName(0, Lstm.RECURRENT),
            RandomNetworks.floats(random, Lstm.GATES * units * units, 2));
    Path source =
        write(
            random,
            RandomNetworks.with(
                large,
                ModelSpecification.headName(Ranking.NEXT, Head.WEIGHTS),
                RandomNetworks.floats(random, ITEMS * units, 3)),
            RandomNetworks.sequence(random, ITEMS, 8));
    assertThrows(ModelRejectedException.class, () -> quantize(source, MatrixTypes.I8));
    Quantization.Report report =
        Quantization.write(source, target(), MatrixTypes.I8, Double.POSITIVE_INFINITY);
    assertTrue(report.errors().largest() > Quantization.usualBound(MatrixTypes.I8));
    try (WeightFile file = WeightFile.open(target())) {
      Network.open(file);
      Network.openScalar(file);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void theSameBytesEveryTime(MatrixTypes types) throws IOException {
    Path source = ranking(Cell.GRU, 9, 21, 16);
    quantize(source, types);
    byte[] first = Files.readAllBytes(target());
    quantize(source, types);
    assertArrayEquals(first, Files.readAllBytes(target()));
    quantize(target(), types);
    assertArrayEquals(first, Files.readAllBytes(target()), "the result quantised once more");
  }

  @Test
  void aFileMayReplaceItself() throws IOException {
    Path source = ranking(Cell.LSTM, 16, 32);
    quantize(source, MatrixTypes.BF16);
    Quantization.write(source, source, MatrixTypes.BF16, 0.02);
    assertArrayEquals(Files.readAllBytes(target()), Files.readAllBytes(source));
  }

  @Test
  void bf16WidensAndNarrowsAgainWithoutLoss() throws IOException {
    Path source = ranking(Cell.LSTM, 17, 33, 15);
    quantize(source, MatrixTypes.BF16);
    byte[] half = Files.readAllBytes(target());
    Path wide = folder.resolve("wide.safetensors");
    Quantization.write(target(), wide, MatrixTypes.F32, 0.02);
    Quantization.write(wide, target(), MatrixTypes.BF16, 0.02);
    assertArrayEquals(half, Files.readAllBytes(target()));
  }

  @Test
  void i8IsNotPackedAgain() throws IOException {
    Path source = ranking(Cell.LSTM, 17, 33);
    quantize(source, MatrixTypes.I8);
    ModelRejectedException refused =
        assertThrows(
            ModelRejectedException.class,
            () -> Quantization.write(target(), source, MatrixTypes.F32, 1));
    assertEquals(Reason.TENSOR_TYPE, refused.reason());
    assertTrue(String.valueOf(refused.getMessage()).contains("layer.0.recurrent"));
  }

  /**
   * The weights read back from the panels of each type equal the packed weights, to within the
   * rounding.
   */
  @Test
  void panelsAreReadBack() throws IOException {
    Path source = ranking(Cell.LSTM, 17, 33, 15);
    try (WeightFile exact = WeightFile.open(source)) {
      for (DataType type : List.of(DataType.F32, DataType.BF16, DataType.I8)) {
        quantize(source, new MatrixTypes(type, type, DataType.F32, true));
        try (WeightFile file = WeightFile.open(target())) {
          compare(exact, file, "layer.1.input", "layer.1.input", 33);
          compare(exact, file, "layer.1.recurrent", "layer.1.recurrent", 15);
          compare(exact, file, "head.next.weights", "head.next.coarse", 15);
        }
      }
    }
  }

  private static void compare(
      WeightFile exact, WeightFile rounded, String name, String roundedName, int inputs)
      throws ModelRejectedException {
    Panels panels = PanelTensors.find(exact, exact.find(name).orElseThrow());
    DataType type = rounded.find(roundedName).orElseThrow().type();
    int rows = panels.blocks() * Panels.ROWS;
    PanelPacking.Matrix expected = PanelPacking.read(exact, panels);
    PanelPacking.Matrix found = PanelPacking.read(rounded, panels(rounded, roundedName, panels));
    for (int row = 0; row < rows; row++) {
      double largest = 0;
      for (int input = 0; input < inputs; input++) {
        largest = Math.max(largest, Math.abs(expected.at(row, input)));
      }
      for (int input = 0; input < inputs; input++) {
        double weight = expected.at(row, input);
        double bound =
            switch (type) {
              case F32 -> 0;
              case BF16 -> Math.abs(weight) * 0x1p-8;
              default -> 0.5001 * largest / 127;
            };
        assertEquals(weight, found.at(row, input), bound, name + " " + row + ", " + input);
      }
    }
  }

  /** The panels of a matrix of the same rows and inputs as others, of any type. */
  private static Panels panels(WeightFile file, String name, Panels same) {
    Tensor tensor = file.find(name).orElseThrow();
    long scales = file.find(PanelTensors.scalesName(name)).map(Tensor::offset).orElse(0L);
    return new Panels(
        file.data(),
        PanelTensors.weightType(tensor.type()),
        tensor.offset(),
        scales,
        same.blocks(),
        same.inputs());
  }

  /** Holds for a rounded output too, because coarse weights are made from the rounded weights. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void coarseWeightsDoNotChangeARanking(DataType output) throws IOException {
    Path source = ranking(Cell.LSTM, 16, 48);
    Path plain = folder.resolve("plain.safetensors");
    DataType layers = DataType.I8;
    Quantization.write(source, plain, new MatrixTypes(layers, layers, output, false), 1);
    Quantization.write(source, target(), new MatrixTypes(layers, layers, output, true), 1);
    int k = 10;
    Random random = RandomSeed.random(3);
    try (LiveModel without = LiveModel.open(plain);
        LiveModel with = LiveModel.open(target())) {
      Scorer expected = without.newScorer();
      Scorer found = with.newScorer();
      UserState expectedUser = expected.newState();
      UserState foundUser = found.newState();
      Ranked expectedRanked = new Ranked(k);
      Ranked foundRanked = new Ranked(k);
      for (int event = 0; event < 500; event++) {
        int item = random.nextInt(ITEMS);
        expected.step(expectedUser, item);
        found.step(foundUser, item);
        expected.topK(expectedUser, k, expectedRanked);
        found.topK(foundUser, k, foundRanked);
        assertEquals(k, foundRanked.size());
        for (int rank = 0; rank < k; rank++) {
          assertEquals(expectedRanked.item(rank), foundRanked.item(rank), "event " + event);
          assertEquals(
              Float.floatToIntBits(expectedRanked.score(rank)),
              Float.floatToIntBits(foundRanked.score(rank)),
              "event " + event);
        }
      }
    }
  }

  @Test
  void aWeightThatBf16CannotHoldIsNamed() throws IOException {
    Random random = RandomSeed.random(1);
    float[] output = RandomNetworks.floats(random, ITEMS * 4, 1);
    output[9] = Math.nextDown(0x1p64f);
    Path source =
        write(
            random,
            RandomNetworks.with(
                RandomNetworks.network(random, ITEMS, 4, 4),
                ModelSpecification.headName(Ranking.NEXT, Head.WEIGHTS),
                output),
            new int[] {1, 2});
    ModelRejectedException refused =
        assertThrows(ModelRejectedException.class, () -> quantize(source, MatrixTypes.BF16));
    assertEquals(Reason.NOT_FINITE, refused.reason());
    assertFalse(Files.exists(target()));
  }

  /** The rounding of weights costs some thousandths on the whole, not more, on every backend. */
  @ParameterizedTest
  @EnumSource(Cell.class)
  void roundedPredictionsComeClose(Cell cell) throws IOException {
    Weights weights =
        RandomNetworks.prediction(RandomSeed.random(6), cell, Activation.LINEAR, 9, 3, 40, 24);
    MatrixTypes eight = new MatrixTypes(DataType.I8, DataType.I8, DataType.F32, false);
    for (MatrixTypes types : List.of(MatrixTypes.F32, MatrixTypes.BF16, eight)) {
      Path path = RandomNetworks.write(folder.resolve("rounded"), weights, types);
      try (WeightFile file = WeightFile.open(path)) {
        for (Network network : List.of(Network.openScalar(file), Network.open(file))) {
          GoldenErrors errors = Quantization.measure(file, network);
          double bound = types.equals(MatrixTypes.F32) ? 1e-6 : 0.05;
          String where = network.backend() + ", " + types;
          assertTrue(errors.largest() <= bound, where + ": " + errors);
          assertTrue(errors.mean() <= errors.largest(), where);
        }
      }
    }
  }
}
