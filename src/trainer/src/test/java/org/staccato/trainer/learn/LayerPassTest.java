package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.staccato.format.ItemKeys;
import org.staccato.model.Gru;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.kernel.Matrix;

/**
 * The contract of a pass, for each kind of layer: output, gradients of parameters and gradient of
 * the input equal those of the core's reference layer, over windows that carry states and start
 * sequences; or the trainer rejects the kind.
 */
class LayerPassTest {
  private static final Set<Class<?>> REFUSED = Set.of(Gru.class);
  private static final int[][] SIZES = {{1, 1}, {3, 5}, {15, 16}, {16, 7}, {2, 17}};
  private static final int STREAMS = 8;
  private static final int STEPS = 4;

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @TestFactory
  Stream<DynamicTest> eachKindOfLayerIsLearntOrRefused() {
    return Kinds.ofLayers().stream()
        .flatMap(
            kind ->
                REFUSED.contains(kind)
                    ? Stream.of(
                        DynamicTest.dynamicTest(
                            kind.getSimpleName() + " is refused", () -> requireRefusal(kind)))
                    : Arrays.stream(SIZES)
                        .map(
                            sizes ->
                                DynamicTest.dynamicTest(
                                    kind.getSimpleName() + " " + Arrays.toString(sizes),
                                    () ->
                                        requireGradients(Kinds.layer(kind, sizes[0], sizes[1])))));
  }

  private static void requireRefusal(Class<?> kind) {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> LayerPass.factory(3, Kinds.layer(kind, 4, 5)));
    String sentence = String.valueOf(refusal.getMessage());
    assertTrue(sentence.startsWith("layer 3: found a "), sentence);
    assertTrue(sentence.contains(", expected "), sentence);
  }

  private void requireGradients(Layer layer) {
    // Put a recurrent layer on top, since a network needs one; nothing uses its output.
    ModelSpecification specification =
        new ModelSpecification(
            new ItemInput(3, layer.inputs(), ItemKeys.Kind.LONG),
            List.of(layer, new Lstm(layer.width(), 1)),
            List.of(new Ranking(Ranking.NEXT, 1, 3, false)));
    ParameterArray parameters = new ParameterArray(specification, 1);
    LearntWeights weights = randomWeights(parameters);
    WeightArrays arrays = WeightArrays.of(weights.export());
    Weights reference = Weights.of(specification, arrays.byName());
    double[][][][] states = ReferenceStack.newStates(reference, STREAMS);

    Window window = new Window(STREAMS, STEPS);
    Rows input = Rows.of(window, Matrix.padded(layer.inputs()));
    LayerPass pass = LayerPass.factory(0, layer).newPass(parameters, 0, input, window);
    // The first window only leaves a state behind: the gradient must not reach back into it.
    fill(window, input, layer, true);
    pass.forward(weights);
    outputs(reference, window, input, states);
    fill(window, input, layer, false);
    pass.forward(weights);

    Rows output = pass.output();
    double[] expected = outputs(reference, window, input, states.clone());
    for (int i = 0; i < expected.length; i++) {
      double bound = 0x1p-20 * (1 + Math.abs(expected[i]));
      assertEquals(expected[i], output.values()[i], bound, "output " + i + ", seed " + seed);
    }
    float[] outputGradient = rows(window, output.width(), layer.width());
    System.arraycopy(outputGradient, 0, output.gradient(), 0, outputGradient.length);
    float[] gradient = new float[parameters.size()];
    pass.backward(weights, gradient);

    DoubleSupplier loss =
        () -> dot(outputs(reference, window, input, states.clone()), outputGradient);
    WeightArrays gradients = WeightArrays.of(parameters.export(gradient));
    for (Parameter parameter : specification.parametersOfLayer(0)) {
      String name = parameter.name();
      requireGradient(name, arrays.get(name), gradients.get(name), loss);
    }
    requireGradient("input", input.values(), input.gradient(), loss);
    Padding.requireZeros(parameters, gradient);
  }

  /**
   * Computes the output of the lowest layer, in padded rows.
   *
   * @param states the states of the streams, each replaced by the state after the window
   */
  private static double[] outputs(
      Weights weights, Window window, Rows input, double[][][][] states) {
    Layer layer = weights.specification().layers().getFirst();
    int padded = Matrix.padded(layer.width());
    double[] outputs = new double[window.rows() * padded];
    for (int stream = 0; stream < window.streams; stream++) {
      ReferenceStack stack = new ReferenceStack(weights, states[stream]);
      for (int step = 0; step < window.steps; step++) {
        int row = step * window.streams + stream;
        if (window.starts[row]) {
          stack = new ReferenceStack(weights);
        }
        double[] x = new double[layer.inputs()];
        for (int i = 0; i < x.length; i++) {
          x[i] = input.values()[row * input.width() + i];
        }
        double[] y = stack.layers().getFirst().step(x);
        System.arraycopy(y, 0, outputs, row * padded, y.length);
      }
      states[stream] = stack.states();
    }
    return outputs;
  }

  private void requireGradient(String name, float[] values, float[] found, DoubleSupplier loss) {
    for (int i = 0; i < values.length; i++) {
      double expected = CentralDifference.of(values, i, loss);
      // These are sums over the rows of products of factors that the kernels round to some 2⁻²¹.
      double bound = 0x1p-16 * (1 + Math.abs(expected)) + CentralDifference.error(values, i, loss);
      int element = i;
      assertEquals(expected, found[i], bound, () -> name + " " + element + ", seed " + seed);
    }
  }

  private LearntWeights randomWeights(ParameterArray parameters) {
    LearntWeights weights = new LearntWeights(parameters, seed);
    SplittableRandom draws = new SplittableRandom(seed);
    for (ParameterRange range : parameters.ranges()) {
      ParameterLayout layout = range.layout();
      Initializer normal = Initializer.normal(1 / Math.sqrt(range.parameter().columns()));
      new ParameterRange(
              range.parameter(),
              new ParameterLayout(layout.transposed(), layout.blocks(), layout.copied(), normal),
              range.offset())
          .initialise(weights.values, draws);
    }
    weights.refresh(0, 1);
    return weights;
  }

  private void fill(Window window, Rows input, Layer layer, boolean begin) {
    window.clear();
    for (int step = 0; step < STEPS; step++) {
      for (int stream = 0; stream < STREAMS; stream++) {
        window.set(step, stream, 0, 0, (begin && step == 0) || random.nextInt(4) == 0);
      }
    }
    float[] values = rows(window, input.width(), layer.inputs());
    System.arraycopy(values, 0, input.values(), 0, values.length);
  }

  /** Random rows with padding of zeros. */
  private float[] rows(Window window, int padded, int width) {
    float[] values = new float[window.rows() * padded];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % padded < width ? (float) random.nextGaussian() : 0;
    }
    return values;
  }

  private static double dot(double[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
