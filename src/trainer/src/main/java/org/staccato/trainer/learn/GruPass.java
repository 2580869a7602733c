package org.staccato.trainer.learn;

import java.util.Arrays;
import java.util.List;
import org.staccato.model.Gru;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.GruCell;
import org.staccato.trainer.kernel.Matrix;

/**
 * The forward and backward pass of a GRU layer. It multiplies the inputs of the whole window at
 * once, and the hidden states of all streams of a step at once, and keeps the two products apart,
 * since the reset gate lies between them.
 */
final class GruPass implements LayerPass {
  private final ParameterRange inputWeights;
  private final ParameterRange recurrentWeights;
  private final ParameterRange inputBias;
  private final ParameterRange recurrentBias;
  private final AttributePass attributes;
  private final Rows input;
  private final Window window;
  private final Rows output;
  private final GruCell cell;

  /**
   * The hidden state before each step; the rows after those of a window hold the state after its
   * last step.
   */
  private final float[] hiddenBefore;

  private final float[] dHidden;

  /** The number of rows of the last window. */
  private int carried;

  private GruPass(ParameterArray parameters, int number, Gru layer, Rows input, Window window) {
    inputWeights = parameters.range(ModelSpecification.layerName(number, Gru.INPUT));
    recurrentWeights = parameters.range(ModelSpecification.layerName(number, Gru.RECURRENT));
    inputBias = parameters.range(ModelSpecification.layerName(number, Gru.INPUT_BIAS));
    recurrentBias = parameters.range(ModelSpecification.layerName(number, Gru.RECURRENT_BIAS));
    attributes = new AttributePass(parameters, number, window);
    this.input = input;
    this.window = window;
    int width = Matrix.padded(layer.units());
    output = Rows.of(window, width);
    cell = new GruCell(width, window.streams, window.maxSteps);
    hiddenBefore = new float[Math.multiplyExact(window.maxRows() + window.streams, width)];
    dHidden = new float[window.streams * width];
  }

  /**
   * Describes how the trainer stores and initialises a GRU. Its matrices are stored transposed,
   * inputs × three blocks of gates, and start uniform in ±1/√units; biases start at 0.
   */
  record Factory(Gru layer) implements LayerPass.Factory {
    @Override
    public ParameterLayout layout(Parameter parameter) {
      return parameter.isMatrix()
          ? ParameterLayout.transposed(Gru.GATES, Initializer.uniform(1 / Math.sqrt(layer.units())))
          : ParameterLayout.vector(Gru.GATES, Initializer.ZERO);
    }

    @Override
    public long widestRow() {
      return (long) Gru.GATES * Matrix.padded(layer.units());
    }

    @Override
    public LayerPass newPass(
        ParameterArray parameters, int number, List<Rows> taken, Window window) {
      return new GruPass(parameters, number, layer, taken.getLast(), window);
    }
  }

  @Override
  public Rows output() {
    return output;
  }

  @Override
  public void forward(LearntWeights weights) {
    int streams = window.streams;
    int width = output.width();
    System.arraycopy(hiddenBefore, carried * width, hiddenBefore, 0, streams * width);
    int rows = window.rows();
    Gemm.multiply(
        Matrix.of(input.values(), 0, rows, input.width()),
        weights.stored(inputWeights),
        cell.inputSums(0, rows));
    attributes.forward(weights, cell.inputSums(0, rows));
    Matrix recurrent = weights.stored(recurrentWeights);
    Matrix before = Matrix.of(hiddenBefore, 0, rows, width);
    for (int step = 0; step < window.steps; step++) {
      int first = step * streams;
      for (int row = first; row < first + streams; row++) {
        if (window.starts[row]) {
          Arrays.fill(hiddenBefore, row * width, (row + 1) * width, 0f);
        }
      }
      Gemm.multiply(before.rows(first, streams), recurrent, cell.recurrentSums(first, streams));
      for (int row = first; row < first + streams; row++) {
        cell.forward(
            row,
            weights.values,
            inputBias.offset(),
            recurrentBias.offset(),
            output.values(),
            hiddenBefore);
      }
    }
    carried = rows;
  }

  @Override
  public void backward(LearntWeights weights, float[] gradient) {
    int streams = window.streams;
    int width = output.width();
    int rows = window.rows();
    Matrix dInputSums = cell.inputSums(0, rows);
    Matrix dRecurrentSums = cell.recurrentSums(0, rows);
    Matrix recurrent = weights.copy(recurrentWeights);
    Matrix dBefore = Matrix.of(dHidden, 0, streams, width);
    Arrays.fill(dHidden, 0f);
    for (int step = window.steps - 1; step >= 0; step--) {
      int first = step * streams;
      Elements.multiplyAdd(1f, dHidden, 0, output.gradient(), first * width, streams * width);
      for (int stream = 0; stream < streams; stream++) {
        cell.backward(first + stream, hiddenBefore, output.gradient(), dHidden, stream);
      }
      Gemm.multiplyAdd(dRecurrentSums.rows(first, streams), recurrent, dBefore);
      for (int stream = 0; stream < streams; stream++) {
        if (window.starts[first + stream]) {
          Arrays.fill(dHidden, stream * width, (stream + 1) * width, 0f);
        }
      }
    }
    Matrix inputs = Matrix.of(input.values(), 0, rows, input.width());
    Matrix before = Matrix.of(hiddenBefore, 0, rows, width);
    Gemm.multiplyAdd(inputs.transpose(), dInputSums, inputWeights.matrix(gradient));
    attributes.backward(dInputSums, gradient);
    Gemm.multiplyAdd(before.transpose(), dRecurrentSums, recurrentWeights.matrix(gradient));
    inputBias.addRows(dInputSums, gradient);
    recurrentBias.addRows(dRecurrentSums, gradient);
    Gemm.multiply(
        dInputSums,
        weights.copy(inputWeights),
        Matrix.of(input.gradient(), 0, rows, input.width()));
  }
}
