package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.staccato.export.ReferenceLayer;
import org.staccato.format.ItemKeys;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.model.Residual;
import org.staccato.model.Weights;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.kernel.Matrix;

/**
 * The contract of a pass, for each kind of layer and for blocks of several: output, gradients of
 * parameters and gradient of the input equal those of the core's reference layers, over windows
 * that carry states and start sequences.
 */
class LayerPassTest {
  private static final int[][] SIZES = {{1, 1}, {3, 5}, {15, 16}, {16, 7}, {2, 17}};
  private static final int STREAMS = 8;
  private static final int STEPS = 4;

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @TestFactory
  Stream<DynamicTest> eachKindOfLayerIsLearnt() {
    return Kinds.ofLayers().stream()
        .flatMap(kind -> Arrays.stream(SIZES).map(sizes -> layersOf(kind, sizes[0], sizes[1])))
        .map(LayerPassTest::named);
  }

  /** The layer, or for a residual connection the layer that it goes around below it. */
  private static List<Layer> layersOf(Class<?> kind, int inputs, int width) {
    return kind == Residual.class
        ? List.of(new FeedForward(inputs, width), new Residual(inputs, 1))
        : List.of(Kinds.layer(kind, inputs, width));
  }

  @TestFactory
  Stream<DynamicTest> blocksAreLearnt() {
    int width = 1 + random.nextInt(18);
    int inner = 1 + random.nextInt(35);
    return Stream.of(
            Kinds.blocks(width, 1),
            Kinds.blocks(1 + random.nextInt(9), 2),
            List.<Layer>of(
                new Lstm(width, inner),
                new LayerNorm(inner),
                new Gru(inner, inner),
                new Residual(inner, 2)),
            List.<Layer>of(
                new Convolution(width, 5),
                new Lstm(width, width),
                new Residual(width, 2),
                new Convolution(width, 2)),
            List.<Layer>of(
                new Lstm(width, inner),
                new Attention(inner, 1 + random.nextInt(9)),
                new Residual(inner, 1)),
            // Ways around each other, within each other, and twice from the same place.
            List.<Layer>of(
                new FeedForward(width, inner),
                new Gru(width, width),
                new Residual(width, 2),
                new Residual(width, 2),
                new LayerNorm(width),
                new Residual(width, 1),
                new Residual(width, 6)))
        .map(LayerPassTest::named);
  }

  private static DynamicTest named(List<Layer> layers) {
    return DynamicTest.dynamicTest(
        layers.toString(), () -> new LayerPassTest().requireGradients(layers));
  }

  private void requireGradients(List<Layer> layers) {
    // Put a recurrent layer on top, since a network needs one; nothing uses its output.
    List<Layer> all = new ArrayList<>(layers);
    all.add(new Lstm(layers.getLast().width(), 1));
    int inputs = layers.getFirst().inputs();
    ModelSpecification specification =
        new ModelSpecification(
            new ItemInput(3, inputs, ItemKeys.Kind.LONG),
            all,
            List.of(new Ranking(Ranking.NEXT, 1, 3, false)));
    ParameterArray parameters = new ParameterArray(specification, 1);
    LearntWeights weights = randomWeights(parameters);
    WeightArrays arrays = WeightArrays.of(weights.export());
    Weights reference = Weights.of(specification, arrays.byName());
    double[][][][] states = ReferenceStack.newStates(reference, STREAMS);

    Window window = new Window(STREAMS, STEPS);
    Rows input = Rows.of(window, Matrix.padded(inputs));
    StackPass pass =
        new StackPass(
            parameters, parameters.layers().subList(0, layers.size()), Dropout.NONE, input, window);
    // The first window only leaves a state behind: the gradient must not reach back into it.
    fill(window, input, inputs, true);
    pass.forward(weights, 0);
    outputs(reference, layers.size(), window, input, states);
    fill(window, input, inputs, false);
    pass.forward(weights, 0);

    Rows output = pass.output();
    double[] expected = outputs(reference, layers.size(), window, input, states.clone());
    for (int i = 0; i < expected.length; i++) {
      double bound = layers.size() * 0x1p-20 * (1 + Math.abs(expected[i]));
      assertEquals(expected[i], output.values()[i], bound, "output " + i + ", seed " + seed);
    }
    float[] outputGradient = rows(window, output.width(), layers.getLast().width());
    System.arraycopy(outputGradient, 0, output.gradient(), 0, outputGradient.length);
    float[] gradient = new float[parameters.size()];
    pass.backward(weights, gradient, 0);

    DoubleSupplier loss =
        () -> dot(outputs(reference, layers.size(), window, input, states.clone()), outputGradient);
    WeightArrays gradients = WeightArrays.of(parameters.export(gradient));
    for (int number = 0; number < layers.size(); number++) {
      for (Parameter parameter : specification.parametersOfLayer(number)) {
        String name = parameter.name();
        requireGradient(name, arrays.get(name), gradients.get(name), loss);
      }
    }
    requireGradient("input", input.values(), input.gradient(), loss);
    Padding.requireZeros(parameters, gradient);
  }

  /**
   * Computes the output of the lowest layers, in padded rows.
   *
   * @param states the states of the streams, each replaced by the state after the window
   */
  private static double[] outputs(
      Weights weights, int layers, Window window, Rows input, double[][][][] states) {
    List<Layer> described = weights.specification().layers();
    int padded = Matrix.padded(described.get(layers - 1).width());
    double[] outputs = new double[window.rows() * padded];
    for (int stream = 0; stream < window.streams; stream++) {
      ReferenceStack stack = new ReferenceStack(weights, states[stream]);
      for (int step = 0; step < window.steps; step++) {
        int row = step * window.streams + stream;
        if (window.starts[row]) {
          stack = new ReferenceStack(weights);
        }
        double[] x = new double[described.getFirst().inputs()];
        for (int i = 0; i < x.length; i++) {
          x[i] = input.values()[row * input.width() + i];
        }
        List<double[]> taken = new ArrayList<>(List.of(x));
        for (ReferenceLayer layer : stack.layers().subList(0, layers)) {
          taken.add(layer.step(taken));
        }
        System.arraycopy(taken.getLast(), 0, outputs, row * padded, taken.getLast().length);
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
              new ParameterLayout(
                  layout.transposed(), layout.blocks(), layout.copied(), false, normal),
              range.offset())
          .initialise(weights.values, draws);
    }
    weights.refresh(0, 1);
    return weights;
  }

  private void fill(Window window, Rows input, int inputs, boolean begin) {
    window.clear();
    for (int step = 0; step < STEPS; step++) {
      for (int stream = 0; stream < STREAMS; stream++) {
        window.set(step, stream, 0, 0, (begin && step == 0) || random.nextInt(4) == 0);
      }
    }
    float[] values = rows(window, input.width(), inputs);
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
