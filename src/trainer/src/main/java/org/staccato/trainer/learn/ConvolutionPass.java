package org.staccato.trainer.learn;

import java.util.Arrays;
import java.util.List;
import org.staccato.model.Convolution;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.trainer.kernel.Matrix;

/**
 * The forward and backward pass of a causal convolution, which ends at the start of a sequence: an
 * input before it counts as zeros.
 */
final class ConvolutionPass implements LayerPass {
  private final ParameterRange[] taps;
  private final ParameterRange bias;
  private final int size;
  private final int width;
  private final Rows input;
  private final Window window;
  private final Rows output;

  private final EarlierInputs earlier;

  private ConvolutionPass(
      ParameterArray parameters, int number, Convolution layer, Rows input, Window window) {
    taps = new ParameterRange[layer.taps()];
    for (int back = 0; back < taps.length; back++) {
      taps[back] = parameters.range(ModelSpecification.layerName(number, Convolution.tap(back)));
    }
    bias = parameters.range(ModelSpecification.layerName(number, Convolution.BIAS));
    size = layer.width();
    width = input.width();
    this.input = input;
    this.window = window;
    output = Rows.of(window, width);
    earlier = new EarlierInputs(taps.length - 1, input, window);
  }

  /**
   * Describes how the trainer stores and initialises the parameters: the factors of this step's
   * input start at 1 and all others at 0, so that the layer first passes its input on.
   */
  record Factory(Convolution layer) implements LayerPass.Factory {
    @Override
    public ParameterLayout layout(Parameter parameter) {
      return ParameterLayout.vector(
          1,
          parameter.localName().equals(Convolution.tap(0))
              ? (row, column, random) -> 1f
              : Initializer.ZERO);
    }

    @Override
    public long widestRow() {
      return Matrix.padded(layer.width());
    }

    @Override
    public boolean dropped() {
      return false;
    }

    @Override
    public LayerPass newPass(
        ParameterArray parameters, int number, List<Rows> taken, Window window) {
      return new ConvolutionPass(parameters, number, layer, taken.getLast(), window);
    }
  }

  @Override
  public Rows output() {
    return output;
  }

  @Override
  public void forward(LearntWeights weights) {
    earlier.start();
    for (int row = 0; row < window.rows(); row++) {
      convolve(row, weights.values);
    }
  }

  private void convolve(int row, float[] weights) {
    float[] y = output.values();
    int to = row * width;
    System.arraycopy(weights, bias.offset(), y, to, size);
    for (int back = earlier.reach(row); back >= 0; back--) {
      float[] x = earlier.values(row, back);
      int from = earlier.offset(row, back);
      int tap = taps[back].offset();
      for (int i = 0; i < size; i++) {
        y[to + i] += weights[tap + i] * x[from + i];
      }
    }
  }

  @Override
  public void backward(LearntWeights weights, float[] gradient) {
    Arrays.fill(input.gradient(), 0, window.rows() * width, 0f);
    for (int row = 0; row < window.rows(); row++) {
      backward(row, weights.values, gradient);
    }
  }

  private void backward(int row, float[] weights, float[] gradient) {
    float[] dy = output.gradient();
    float[] dx = input.gradient();
    int from = row * width;
    for (int i = 0; i < size; i++) {
      gradient[bias.offset() + i] += dy[from + i];
    }
    for (int back = 0; back <= earlier.reach(row); back++) {
      float[] x = earlier.values(row, back);
      int at = earlier.offset(row, back);
      int tap = taps[back].offset();
      for (int i = 0; i < size; i++) {
        gradient[tap + i] += dy[from + i] * x[at + i];
      }
      if (earlier.isWithin(row, back)) {
        for (int i = 0; i < size; i++) {
          dx[at + i] += weights[tap + i] * dy[from + i];
        }
      }
    }
  }
}
