package org.staccato.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.export.ModelWriter;
import org.staccato.export.ReferenceNetwork;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.model.Activation;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Prediction;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** Networks that predict from features, through the weight file, against double precision. */
class PredictionTest {
  private static final double BOUND = 2e-5;

  @TempDir Path folder;

  private static List<Kernels> backends() {
    return List.of(new ScalarKernels(), ConfiguredKernels.get());
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void oddShapesAgreeWithDoublePrecision(Activation activation) throws IOException {
    int[][] shapes = {{1, 1, 1}, {3, 2, 16}, {5, 3, 17, 8}, {16, 64, 33}, {17, 65, 5, 31}};
    for (int[] shape : shapes) {
      for (Cell cell : Cell.values()) {
        long seed = RandomSeed.of(Arrays.hashCode(shape));
        Random random = new Random(seed);
        Weights weights =
            RandomNetworks.prediction(
                random,
                cell,
                activation,
                shape[0],
                shape[1],
                Arrays.copyOfRange(shape, 2, shape.length));
        float[] sequence = RandomNetworks.floats(random, 7 * shape[0], 1);
        Path path = folder.resolve("prediction.safetensors");
        ModelWriter.write(path, weights, new float[][] {sequence}, "{}");
        try (WeightFile file = WeightFile.open(path)) {
          for (Kernels kernels : backends()) {
            String shown = ", shape " + Arrays.toString(shape) + ", seed " + seed;
            compare(
                Network.open(file, kernels),
                weights,
                sequence,
                kernels.name() + ", " + cell + shown);
          }
        }
      }
    }
  }

  private static void compare(Network network, Weights weights, float[] sequence, String where) {
    LayerStack stack = network.stack();
    MemorySegment state = stack.newState();
    StepScratch scratch = new StepScratch(stack, null);
    MemorySegment sums = network.prediction().newScratch();
    Prediction head = weights.specification().prediction();
    int features = stack.features();
    float[] actual = new float[network.prediction().outputs() + 1];
    actual[actual.length - 1] = 7;
    ReferenceNetwork reference = new ReferenceNetwork(weights);
    FloatMatrix vectors = FloatMatrix.of(sequence, features);
    for (int i = 0; i < sequence.length; i += features) {
      scratch.setFeatures(sequence, i);
      stack.step(state, false, scratch);
      reference.step(vectors, i / features);
      network.prediction().predict(state, sums, actual);
      double[] expected = reference.predict(head);
      for (int output = 0; output < expected.length; output++) {
        assertEquals(expected[output], actual[output], BOUND, where + ", output " + output);
      }
      assertEquals(7, actual[actual.length - 1], "nothing beyond the outputs is touched");
    }
  }

  /** Sums of which the exponential overflows, and of which it is 0. */
  @Test
  void largeSumsDoNotOverflow() throws IOException {
    float[] biases = {1e19f, -1e19f, 1000, -1000, 0, 88.8f, 1e19f};
    Random random = RandomSeed.random(3);
    List<Layer> layers = RandomNetworks.layers(Cell.LSTM, 2, 4);
    for (int count : new int[] {1, 2, biases.length}) {
      for (Activation activation : new Activation[] {Activation.SIGMOID, Activation.SOFTMAX}) {
        ModelSpecification specification = RandomNetworks.prediction(layers, activation, count);
        String bias = ModelSpecification.headName(RandomNetworks.PREDICTION, Head.BIAS);
        Weights weights =
            RandomNetworks.with(
                RandomNetworks.weights(random, specification), bias, Arrays.copyOf(biases, count));
        Path path = folder.resolve("large.safetensors");
        ModelWriter.write(path, weights, new float[][] {{1, 2}}, "{}");
        try (WeightFile file = WeightFile.open(path)) {
          for (Kernels kernels : backends()) {
            Network network = Network.open(file, kernels);
            float[] results = new float[count];
            MemorySegment sums = network.prediction().newScratch();
            network.prediction().predict(network.stack().newState(), sums, results);
            double total = 0;
            for (float result : results) {
              assertTrue(result >= 0 && result <= 1, activation + ": " + result);
              total += result;
            }
            if (activation == Activation.SOFTMAX) {
              assertEquals(1, total, 1e-6, kernels.name());
            } else {
              assertEquals(1f, results[0]);
              assertEquals(0f, results[count > 1 ? 1 : 0] - (count > 1 ? 0 : 1));
            }
          }
        }
      }
    }
  }

  @Test
  void theWriterRefusesWhatDoesNotFit() {
    Weights weights =
        RandomNetworks.prediction(RandomSeed.random(5), Cell.LSTM, Activation.LINEAR, 3, 2, 4);
    assertRefused(weights, new float[0][]);
    assertRefused(weights, new float[][] {{}});
    assertRefused(weights, new float[][] {{1, 2, 3, 4}});
    assertRefused(weights, new float[][] {{1, 2, 3}, {1, 2, 3, 4, 5, 6}});
    assertRefused(weights, new float[1][3 * 65]);
    assertRefused(weights, new float[257][3]);
    assertRefused(weights, new float[][] {{1, Float.NaN, 3}});
  }

  private void assertRefused(Weights weights, float[][] golden) {
    assertThrows(
        IllegalArgumentException.class,
        () -> ModelWriter.write(folder.resolve("refused"), weights, golden, "{}"));
  }
}
