package org.staccato.trainer.learn;

import java.util.List;
import org.staccato.model.FeedForward;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Gelu;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.Matrix;

/** The forward and backward pass of a feed-forward network: products over the whole window. */
final class FeedForwardPass implements LayerPass {
  private final ParameterRange up;
  private final ParameterRange upBias;
  private final ParameterRange down;
  private final ParameterRange downBias;
  private final Rows input;
  private final Window window;
  private final Rows output;
  private final int inner;

  /** The sums of the hidden layer, then the slope of its activation at each. */
  private final float[] slopes;

  /** The hidden layer, then the gradient of its sums. */
  private final float[] hidden;

  private FeedForwardPass(
      ParameterArray parameters, int number, FeedForward layer, Rows input, Window window) {
    up = parameters.range(ModelSpecification.layerName(number, FeedForward.UP));
    upBias = parameters.range(ModelSpecification.layerName(number, FeedForward.UP_BIAS));
    down = parameters.range(ModelSpecification.layerName(number, FeedForward.DOWN));
    downBias = parameters.range(ModelSpecification.layerName(number, FeedForward.DOWN_BIAS));
    this.input = input;
    this.window = window;
    output = Rows.of(window, Matrix.padded(layer.width()));
    inner = Matrix.padded(layer.inner());
    slopes = new float[Math.multiplyExact(window.maxRows(), inner)];
    hidden = new float[slopes.length];
  }

  /**
   * Describes how the trainer stores and initialises it. Its matrices are stored transposed and
   * start uniform in ±1/√inputs, as PyTorch's linear layers do; biases start at 0.
   */
  record Factory(FeedForward layer) implements LayerPass.Factory {
    @Override
    public ParameterLayout layout(Parameter parameter) {
      return parameter.isMatrix()
          ? ParameterLayout.transposed(1, Initializer.uniform(1 / Math.sqrt(parameter.columns())))
          : ParameterLayout.vector(1, Initializer.ZERO);
    }

    @Override
    public long widestRow() {
      return Matrix.padded(Math.max(layer.inner(), layer.width()));
    }

    @Override
    public LayerPass newPass(
        ParameterArray parameters, int number, List<Rows> taken, Window window) {
      return new FeedForwardPass(parameters, number, layer, taken.getLast(), window);
    }
  }

  @Override
  public Rows output() {
    return output;
  }

  @Override
  public void forward(LearntWeights weights) {
    int rows = window.rows();
    int width = output.width();
    Matrix activated = Matrix.of(hidden, 0, rows, inner);
    Gemm.multiply(
        Matrix.of(input.values(), 0, rows, input.width()),
        weights.stored(up),
        Matrix.of(slopes, 0, rows, inner));
    for (int row = 0; row < rows; row++) {
      Gelu.apply(slopes, row * inner, inner, weights.values, upBias.offset(), hidden);
      System.arraycopy(weights.values, downBias.offset(), output.values(), row * width, width);
    }
    Gemm.multiplyAdd(activated, weights.stored(down), Matrix.of(output.values(), 0, rows, width));
  }

  @Override
  public void backward(LearntWeights weights, float[] gradient) {
    int rows = window.rows();
    Matrix dOutput = Matrix.of(output.gradient(), 0, rows, output.width());
    // First the hidden layer, then its gradient.
    Matrix inners = Matrix.of(hidden, 0, rows, inner);
    Gemm.multiplyAdd(inners.transpose(), dOutput, down.matrix(gradient));
    downBias.addRows(dOutput, gradient);
    Gemm.multiply(dOutput, weights.copy(down), inners);
    Elements.multiplyBy(slopes, 0, hidden, 0, rows * inner);
    Matrix inputs = Matrix.of(input.values(), 0, rows, input.width());
    Gemm.multiplyAdd(inputs.transpose(), inners, up.matrix(gradient));
    upBias.addRows(inners, gradient);
    Gemm.multiply(inners, weights.copy(up), Matrix.of(input.gradient(), 0, rows, input.width()));
  }
}
