package org.staccato.trainer.learn;

import java.util.Arrays;
import java.util.List;
import org.staccato.model.Attention;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.Matrix;

/**
 * The forward and backward pass of an attention over the last inputs. With the shares a of a
 * softmax, the gradient of its scores is a⊙(da − Σ a⊙da).
 */
final class AttentionPass implements LayerPass {
  private final ParameterRange query;
  private final ParameterRange queryBias;
  private final int size;
  private final int width;
  private final int most;
  private final float scale;
  private final Rows input;
  private final Window window;
  private final Rows output;
  private final EarlierInputs earlier;

  /** The query of each row, then its gradient. */
  private final float[] queries;

  /** The shares of each row's inputs, its own first. */
  private final float[] shares;

  /** The gradients of the scores of one row. */
  private final float[] dScores;

  private final float[] dQuery;

  private AttentionPass(
      ParameterArray parameters, int number, Attention layer, Rows input, Window window) {
    query = parameters.range(ModelSpecification.layerName(number, Attention.QUERY));
    queryBias = parameters.range(ModelSpecification.layerName(number, Attention.QUERY_BIAS));
    size = layer.width();
    width = input.width();
    most = layer.window();
    scale = (float) (1 / Math.sqrt(size));
    this.input = input;
    this.window = window;
    output = Rows.of(window, width);
    earlier = new EarlierInputs(most - 1, input, window);
    queries = new float[output.values().length];
    shares = new float[Math.multiplyExact(window.maxRows(), most)];
    dScores = new float[most];
    dQuery = new float[width];
  }

  /**
   * Describes how the trainer stores and initialises it: the matrix is stored transposed and starts
   * uniform in ±1/√width, biases start at 0.
   */
  record Factory(Attention layer) implements LayerPass.Factory {
    @Override
    public ParameterLayout layout(Parameter parameter) {
      return parameter.isMatrix()
          ? ParameterLayout.transposed(1, Initializer.uniform(1 / Math.sqrt(parameter.columns())))
          : ParameterLayout.vector(1, Initializer.ZERO);
    }

    @Override
    public long widestRow() {
      return Math.max(Matrix.padded(layer.width()), layer.window());
    }

    @Override
    public LayerPass newPass(
        ParameterArray parameters, int number, List<Rows> taken, Window window) {
      return new AttentionPass(parameters, number, layer, taken.getLast(), window);
    }
  }

  @Override
  public Rows output() {
    return output;
  }

  @Override
  public void forward(LearntWeights weights) {
    earlier.start();
    int rows = window.rows();
    for (int row = 0; row < rows; row++) {
      System.arraycopy(weights.values, queryBias.offset(), queries, row * width, width);
    }
    Gemm.multiplyAdd(
        Matrix.of(input.values(), 0, rows, width),
        weights.stored(query),
        Matrix.of(queries, 0, rows, width));
    Arrays.fill(output.values(), 0, rows * width, 0f);
    for (int row = 0; row < rows; row++) {
      attend(row);
    }
  }

  private void attend(int row) {
    int first = row * most;
    float greatest = Float.NEGATIVE_INFINITY;
    for (int back = 0; back <= earlier.reach(row); back++) {
      float score = scale * dot(queries, row * width, row, back);
      shares[first + back] = score;
      greatest = Math.max(greatest, score);
    }
    double total = 0;
    for (int back = 0; back <= earlier.reach(row); back++) {
      double exponential = Math.exp(shares[first + back] - greatest);
      shares[first + back] = (float) exponential;
      total += exponential;
    }
    for (int back = 0; back <= earlier.reach(row); back++) {
      shares[first + back] /= (float) total;
      addInput(shares[first + back], row, back, output.values(), row * width);
    }
  }

  /** Returns the product of a vector and the input of some steps before a row. */
  private float dot(float[] vector, int from, int row, int back) {
    float[] x = earlier.values(row, back);
    int at = earlier.offset(row, back);
    float sum = 0;
    for (int i = 0; i < size; i++) {
      sum += vector[from + i] * x[at + i];
    }
    return sum;
  }

  private void addInput(float factor, int row, int back, float[] target, int to) {
    Elements.multiplyAdd(
        factor, earlier.values(row, back), earlier.offset(row, back), target, to, width);
  }

  @Override
  public void backward(LearntWeights weights, float[] gradient) {
    int rows = window.rows();
    Arrays.fill(input.gradient(), 0, rows * width, 0f);
    for (int row = 0; row < rows; row++) {
      backward(row);
    }
    Matrix dQueries = Matrix.of(queries, 0, rows, width);
    Matrix inputs = Matrix.of(input.values(), 0, rows, width);
    Gemm.multiplyAdd(inputs.transpose(), dQueries, query.matrix(gradient));
    queryBias.addRows(dQueries, gradient);
    Gemm.multiplyAdd(dQueries, weights.copy(query), Matrix.of(input.gradient(), 0, rows, width));
  }

  /** Adds the gradients of a row's inputs, and replaces its query by the gradient. */
  private void backward(int row) {
    int first = row * most;
    int at = row * width;
    double mean = 0;
    for (int back = 0; back <= earlier.reach(row); back++) {
      dScores[back] = dot(output.gradient(), at, row, back);
      mean += (double) shares[first + back] * dScores[back];
    }
    Arrays.fill(dQuery, 0f);
    for (int back = 0; back <= earlier.reach(row); back++) {
      float share = shares[first + back];
      float dScore = (float) (scale * share * (dScores[back] - mean));
      addInput(dScore, row, back, dQuery, 0);
      if (earlier.isWithin(row, back)) {
        int to = earlier.offset(row, back);
        Elements.multiplyAdd(share, output.gradient(), at, input.gradient(), to, width);
        Elements.multiplyAdd(dScore, queries, at, input.gradient(), to, width);
      }
    }
    System.arraycopy(dQuery, 0, queries, at, width);
  }
}
