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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.model.Activation;
import org.staccato.model.Gru;
import org.staccato.model.Head;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;

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

  private static List<Layer> layers(Safetensors file, Cell cell) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; file.has("rnn.weight_ih_l" + i); i++) {
      int inputs = file.dimension("rnn.weight_ih_l" + i, 1);
      layers.add(cell.layer(inputs, file.dimension("rnn.weight_hh_l" + i, 1)));
    }
    return layers;
  }

  /** The arrays of the layers: PyTorch has two biases for each, and so has a GRU here. */
  private static Map<String, float[]> arrays(Safetensors file, List<Layer> layers) {
    Map<String, float[]> arrays = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      for (Parameter parameter : layers.get(i).parameters()) {
        float[] values =
            switch (parameter.name()) {
              case RecurrentLayer.INPUT -> file.floats("rnn.weight_ih_l" + i);
              case RecurrentLayer.RECURRENT -> file.floats("rnn.weight_hh_l" + i);
              case Gru.INPUT_BIAS -> file.floats("rnn.bias_ih_l" + i);
              case Gru.RECURRENT_BIAS -> file.floats("rnn.bias_hh_l" + i);
              case Lstm.BIAS ->
                  sums(file.doubles("rnn.bias_ih_l" + i), file.doubles("rnn.bias_hh_l" + i));
              default -> throw new AssertionError(parameter);
            };
        arrays.put(ModelSpecification.layerName(i, parameter.name()), values);
      }
    }
    return arrays;
  }

  private static float[] sums(double[] first, double[] second) {
    float[] sums = new float[first.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = (float) (first[i] + second[i]);
    }
    return sums;
  }

  private static void putHead(
      Map<String, float[]> arrays, Head head, float[] weights, float[] bias) {
    arrays.put(ModelSpecification.headName(head.name(), Head.WEIGHTS), weights);
    arrays.put(ModelSpecification.headName(head.name(), Head.BIAS), bias);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm_64_64_1_20", "gru_40_48_2_16"})
  void stacksOnVectors(String name) throws IOException {
    Safetensors weights = new Safetensors(golden(name));
    Safetensors expected = new Safetensors(golden(name + ".expected"));
    Cell cell = name.startsWith("gru") ? Cell.GRU : Cell.LSTM;
    List<Layer> layers = layers(weights, cell);
    ModelSpecification specification = RandomNetworks.prediction(layers, Activation.LINEAR, 1);
    Map<String, float[]> arrays = arrays(weights, layers);
    putHead(arrays, specification.prediction(), new float[specification.width()], new float[1]);
    Path path = folder.resolve("stack.safetensors");
    ModelFiles.write(path, Weights.of(specification, arrays));
    int features = specification.featureInput().width();
    float[] inputs = expected.floats("input");
    double[] outputs = expected.doubles("output");
    int width = expected.dimension("output", 1);
    try (WeightFile file = WeightFile.open(path)) {
      for (Kernels kernels : backends()) {
        LayerStack stack = LayerStack.open(file, specification, kernels);
        MemorySegment state = stack.newState();
        StepScratch scratch = new StepScratch(stack, null);
        for (int step = 0; step < inputs.length / features; step++) {
          scratch.setFeatures(inputs, step * features);
          stack.step(state, false, scratch);
          for (int i = 0; i < width; i++) {
            String message = kernels.name() + ", step " + step + ", output " + i;
            float actual = state.get(FLOAT, stack.outputOffset() + (long) i * Float.BYTES);
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
    int width = expected.dimension("output", 1);
    List<Layer> layers = layers(weights, Cell.LSTM);
    ModelSpecification specification = RandomNetworks.prediction(layers, Activation.LINEAR, width);
    Map<String, float[]> arrays = arrays(weights, layers);
    putHead(
        arrays,
        specification.prediction(),
        weights.floats("dense.weight"),
        weights.floats("dense.bias"));
    Weights network = Weights.of(specification, arrays);
    float[] inputs = expected.floats("input");
    double[] outputs = expected.doubles("output");
    int features = expected.dimension("input", 1);
    Path path = folder.resolve("prediction.safetensors");
    ModelWriter.write(path, network, new float[][] {inputs}, "{}");
    try (WeightFile file = WeightFile.open(path)) {
      for (Kernels kernels : backends()) {
        Network mapped = Network.open(file, kernels);
        LayerStack stack = mapped.stack();
        MemorySegment state = stack.newState();
        StepScratch scratch = new StepScratch(stack, null);
        MemorySegment sums = mapped.prediction().newScratch();
        float[] actual = new float[width];
        for (int step = 0; step < inputs.length / features; step++) {
          scratch.setFeatures(inputs, step * features);
          stack.step(state, false, scratch);
          mapped.prediction().predict(state, sums, actual);
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
    List<Layer> layers = layers(weights, Cell.LSTM);
    ModelSpecification specification =
        RandomNetworks.ranking(layers, items, ItemKeys.Kind.LONG, false);
    Map<String, float[]> arrays = arrays(weights, layers);
    arrays.put(ModelSpecification.embeddingName(), weights.floats("embedding.weight"));
    putHead(
        arrays,
        specification.ranking(),
        weights.floats("output.weight"),
        weights.floats("output.bias"));
    Weights network = Weights.of(specification, arrays);
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
        StepScratch scratch = new StepScratch(mapped.stack(), null);
        MemorySegment scores = LinearHead.newScores(mapped.ranking().blocks());
        for (int step = 0; step < sequence.length; step++) {
          mapped.stack().step(state, false, scratch, sequence[step]);
          mapped.ranking().score(state, 0, mapped.ranking().blocks(), scores);
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
