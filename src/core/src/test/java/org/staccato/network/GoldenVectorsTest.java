package org.staccato.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.URL;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.format.ItemKeySource;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.model.Activation;
import org.staccato.testkit.Cell;

/**
 * Networks that PyTorch 1.13 made and computed in double precision: two small ones beside this
 * class, further ones in the folder that the environment variable STACCATO_GOLDEN names. Every
 * output of every step must agree to within {@link #BOUND}.
 */
class GoldenVectorsTest {

  /** About 8 units in the last place of 1. */
  private static final double BOUND = 1e-6;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir Path folder;

  private static List<Kernels> backends() {
    return List.of(new ScalarKernels(), ConfiguredKernels.get());
  }

  private static Path golden(String name) {
    URL committed = GoldenVectorsTest.class.getResource(name + ".safetensors");
    if (committed != null) {
      return Path.of(URI.create(committed.toString()));
    }
    Optional<String> golden = Optional.ofNullable(System.getenv("STACCATO_GOLDEN"));
    assumeTrue(golden.isPresent(), "needs the folder that STACCATO_GOLDEN names");
    Path path = Path.of(golden.orElseThrow(), name + ".safetensors");
    assumeTrue(Files.exists(path), "needs " + path);
    return path;
  }

  private static List<LayerWeights> layers(Safetensors file, Cell cell) {
    List<LayerWeights> layers = new ArrayList<>();
    for (int i = 0; file.has("rnn.weight_ih_l" + i); i++) {
      double[] input = file.doubles("rnn.bias_ih_l" + i);
      double[] recurrent = file.doubles("rnn.bias_hh_l" + i);
      int units = file.dimension("rnn.weight_hh_l" + i, 1);
      float[] bias = new float[input.length];
      float[] resetBias = new float[cell == Cell.GRU ? units : 0];
      for (int row = 0; row < bias.length; row++) {
        boolean apart = cell == Cell.GRU && row >= 2 * units;
        bias[row] = (float) (apart ? input[row] : input[row] + recurrent[row]);
        if (apart) {
          resetBias[row - 2 * units] = (float) recurrent[row];
        }
      }
      layers.add(
          new LayerWeights(
              cell,
              file.dimension("rnn.weight_ih_l" + i, 1),
              units,
              file.floats("rnn.weight_ih_l" + i),
              file.floats("rnn.weight_hh_l" + i),
              bias,
              resetBias));
    }
    return layers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm_64_64_1_20", "gru_40_48_2_16"})
  void stacksOnVectors(String name) throws IOException {
    Safetensors weights = new Safetensors(golden(name));
    Safetensors expected = new Safetensors(golden(name + ".expected"));
    Cell cell = name.startsWith("gru") ? Cell.GRU : Cell.LSTM;
    List<LayerWeights> layers = layers(weights, cell);
    int inputSize = layers.getFirst().inputSize();
    List<Integer> sizes = layers.stream().map(LayerWeights::hiddenSize).toList();
    float[] inputs = expected.floats("input");
    double[] outputs = expected.doubles("output");
    int width = expected.dimension("output", 1);
    try (WeightFile file = WeightFile.open(RecurrentStackTest.write(folder, layers))) {
      for (Kernels kernels : backends()) {
        RecurrentStack stack = RecurrentStack.open(file, cell, inputSize, sizes, kernels);
        MemorySegment state = stack.newState();
        MemorySegment scratch = stack.newScratch();
        MemorySegment x = stack.newInput();
        long hidden = stack.hiddenOffset(stack.layers() - 1);
        for (int step = 0; step < inputs.length / inputSize; step++) {
          MemorySegment.copy(inputs, step * inputSize, x, FLOAT, 0, inputSize);
          stack.step(state, false, scratch, x);
          for (int i = 0; i < width; i++) {
            String message = kernels.name() + ", step " + step + ", output " + i;
            float actual = state.get(FLOAT, hidden + (long) i * Float.BYTES);
            assertEquals(outputs[step * width + i], actual, BOUND, message);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm_7_33_3_12_3", "lstm_100_100_2_50_1"})
  void predictionsWithTheirLinearLayer(String name) throws IOException {
    Safetensors weights = new Safetensors(golden(name));
    Safetensors expected = new Safetensors(golden(name + ".expected"));
    Weights network =
        new Weights(
            layers(weights, Cell.LSTM),
            Activation.LINEAR,
            weights.floats("dense.weight"),
            weights.floats("dense.bias"));
    float[] inputs = expected.floats("input");
    double[] outputs = expected.doubles("output");
    int features = expected.dimension("input", 1);
    int width = expected.dimension("output", 1);
    Path path = folder.resolve("prediction.safetensors");
    ModelWriter.write(path, network, new float[][] {inputs}, "{}");
    try (WeightFile file = WeightFile.open(path)) {
      for (Kernels kernels : backends()) {
        Network mapped = Network.open(file, kernels);
        RecurrentStack stack = mapped.stack();
        MemorySegment state = stack.newState();
        MemorySegment scratch = stack.newScratch();
        MemorySegment x = stack.newInput();
        MemorySegment sums = mapped.head().newScratch();
        float[] actual = new float[width];
        for (int step = 0; step < inputs.length / features; step++) {
          MemorySegment.copy(inputs, step * features, x, FLOAT, 0, features);
          stack.step(state, false, scratch, x);
          mapped.head().predict(state, sums, actual);
          for (int i = 0; i < width; i++) {
            String message = kernels.name() + ", step " + step + ", output " + i;
            assertEquals(outputs[step * width + i], actual[i], BOUND, message);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = "rec_1000_32_48_2_24")
  void networksOverItems(String name) throws IOException {
    Safetensors weights = new Safetensors(golden(name));
    Safetensors expected = new Safetensors(golden(name + ".expected"));
    int items = weights.dimension("embedding.weight", 0);
    Weights network =
        new Weights(
            items,
            weights.dimension("embedding.weight", 1),
            weights.floats("embedding.weight"),
            layers(weights, Cell.LSTM),
            weights.floats("output.weight"),
            weights.floats("output.bias"));
    int[] sequence =
        IntStream.range(0, expected.dimension("input", 0))
            .map(i -> (int) expected.doubles("input")[i])
            .toArray();
    double[] outputs = expected.doubles("output");
    Path path = folder.resolve("rec.safetensors");
    ItemKeySource keys = ItemKeySource.of(LongStream.range(0, items).toArray());
    ModelWriter.write(path, network, keys, new float[items], new int[][] {sequence}, "{}");
    try (WeightFile file = WeightFile.open(path)) {
      for (Kernels kernels : backends()) {
        Network mapped = Network.open(file, kernels);
        MemorySegment state = mapped.stack().newState();
        MemorySegment gates = mapped.stack().newScratch();
        MemorySegment scores = OutputLayer.newScores(mapped.output().blocks());
        for (int step = 0; step < sequence.length; step++) {
          mapped.stack().step(state, false, gates, sequence[step]);
          mapped.output().score(state, 0, mapped.output().blocks(), scores);
          for (int item = 0; item < items; item++) {
            String message = kernels.name() + ", step " + step + ", item " + item;
            double score = outputs[step * items + item];
            assertEquals(score, scores.getAtIndex(FLOAT, item), BOUND, message);
          }
        }
      }
    }
  }
}
