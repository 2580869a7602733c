package org.staccato.trainer.learn;

import java.util.List;
import org.staccato.model.LayerNorm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.trainer.kernel.Matrix;

/**
 * The forward and backward pass of a layer normalisation. With x̂ = (x − μ)/√(σ² + ε) and d =
 * gain⊙dy, the gradient of its input is (d − mean(d) − x̂·mean(d⊙x̂))/√(σ² + ε).
 */
final class LayerNormPass implements LayerPass {
  private final ParameterRange gain;
  private final ParameterRange bias;
  private final int size;
  private final Rows input;
  private final Window window;
  private final Rows output;

  /** x̂ of each row. */
  private final float[] normal;

  /** 1/√(σ² + ε) of each row. */
  private final float[] scale;

  private LayerNormPass(
      ParameterArray parameters, int number, LayerNorm layer, Rows input, Window window) {
    gain = parameters.range(ModelSpecification.layerName(number, LayerNorm.GAIN));
    bias = parameters.range(ModelSpecification.layerName(number, LayerNorm.BIAS));
    size = layer.width();
    this.input = input;
    this.window = window;
    output = Rows.of(window, Matrix.padded(size));
    normal = new float[output.values().length];
    scale = new float[window.maxRows()];
  }

  /**
   * Describes how the trainer stores and initialises the parameters: gains start at 1, biases at 0.
   */
  record Factory(LayerNorm layer) implements LayerPass.Factory {
    @Override
    public ParameterLayout layout(Parameter parameter) {
      return ParameterLayout.vector(
          1,
          parameter.localName().equals(LayerNorm.GAIN)
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
      return new LayerNormPass(parameters, number, layer, taken.getLast(), window);
    }
  }

  @Override
  public Rows output() {
    return output;
  }

  @Override
  public void forward(LearntWeights weights) {
    for (int row = 0; row < window.rows(); row++) {
      normalize(row, weights.values);
    }
  }

  private void normalize(int row, float[] weights) {
    float[] x = input.values();
    float[] y = output.values();
    int from = row * input.width();
    int to = row * output.width();
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += x[from + i];
    }
    // Compute in double precision: elements may be close to each other and far from 0.
    double mean = sum / size;
    double squares = 0;
    for (int i = 0; i < size; i++) {
      double distance = x[from + i] - mean;
      squares += distance * distance;
    }
    double factor = 1 / Math.sqrt(squares / size + LayerNorm.EPSILON);
    scale[row] = (float) factor;
    for (int i = 0; i < size; i++) {
      float value = (float) ((x[from + i] - mean) * factor);
      normal[to + i] = value;
      y[to + i] = value * weights[gain.offset() + i] + weights[bias.offset() + i];
    }
  }

  @Override
  public void backward(LearntWeights weights, float[] gradient) {
    for (int row = 0; row < window.rows(); row++) {
      backward(row, weights.values, gradient);
    }
  }

  private void backward(int row, float[] weights, float[] gradient) {
    float[] dy = output.gradient();
    float[] dx = input.gradient();
    int from = row * output.width();
    int to = row * input.width();
    double sum = 0;
    double product = 0;
    for (int i = 0; i < size; i++) {
      float d = weights[gain.offset() + i] * dy[from + i];
      sum += d;
      product += d * normal[from + i];
      gradient[gain.offset() + i] += dy[from + i] * normal[from + i];
      gradient[bias.offset() + i] += dy[from + i];
    }
    double mean = sum / size;
    double along = product / size;
    for (int i = 0; i < size; i++) {
      float d = weights[gain.offset() + i] * dy[from + i];
      dx[to + i] = (float) ((d - mean - normal[from + i] * along) * scale[row]);
    }
  }
}
