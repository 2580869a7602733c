package org.staccato.trainer.learn;

import java.util.Arrays;
import java.util.List;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.LstmCell;
import org.staccato.trainer.kernel.Matrix;

/**
 * The forward and backward pass of an LSTM layer. It multiplies the inputs of the whole window at
 * once, and the hidden states of all streams of a step at once.
 */
final class LstmPass implements LayerPass {
  private final ParameterRange inputWeights;
  private final ParameterRange recurrentWeights;
  private final ParameterRange bias;
  private final AttributePass attributes;
  private final Rows input;
  private final Window window;
  private final Rows output;
  private final LstmCell cell;

  /**
   * The hidden state before each step; the rows after those of a window hold the state after its
   * last step.
   */
  private final float[] hiddenBefore;

  private final float[] dHidden;
  private final float[] dCell;

  /** The number of rows of the last window. */
  private int carried;

  private LstmPass(ParameterArray parameters, int number, Lstm layer, Rows input, Window window) {
    inputWeights = parameters.range(ModelSpecification.layerName(number, Lstm.INPUT));
    recurrentWeights = parameters.range(ModelSpecification.layerName(number, Lstm.RECURRENT));
    bias = parameters.range(ModelSpecification.layerName(number, Lstm.BIAS));
    attributes = new AttributePass(parameters, number, window);
    this.input = input;
    this.window = window;
    int width = Matrix.padded(layer.units());
    output = Rows.of(window, width);
    cell = new LstmCell(width, window.streams, window.maxSteps);
    hiddenBefore = new float[Math.multiplyExact(window.maxRows() + window.streams, width)];
    dHidden = new float[window.streams * width];
    dCell = new float[window.streams * width];
  }

  /**
   * Describes how the trainer stores and initialises an LSTM. Its matrices are stored transposed,
   * inputs × four blocks of gates, and start uniform in ±1/√units; forget biases start at 1 (F.
   * Gers et al., 2000; R. Jozefowicz et al., 2015), all other biases at 0.
   */
  record Factory(Lstm layer) implements LayerPass.Factory {
    private static final int FORGET = 1;

    @Override
    public ParameterLayout layout(Parameter parameter) {
      return parameter.isMatrix()
          ? ParameterLayout.transposed(
              Lstm.GATES, Initializer.uniform(1 / Math.sqrt(layer.units())))
          : ParameterLayout.vector(
              Lstm.GATES, (row, column, random) -> row / layer.units() == FORGET ? 1f : 0f);
    }

    @Override
    public long widestRow() {
      return (long) Lstm.GATES * Matrix.padded(layer.units());
    }

    @Override
    public LayerPass newPass(
        ParameterArray parameters, int number, List<Rows> taken, Window window) {
      return new LstmPass(parameters, number, layer, taken.getLast(), window);
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
    cell.carry(carried);
    int rows = window.rows();
    Gemm.multiply(
        Matrix.of(input.values(), 0, rows, input.width()),
        weights.stored(inputWeights),
        cell.gates(0, rows));
    attributes.forward(weights, cell.gates(0, rows));
    Matrix recurrent = weights.stored(recurrentWeights);
    Matrix before = Matrix.of(hiddenBefore, 0, rows, width);
    for (int step = 0; step < window.steps; step++) {
      int first = step * streams;
      for (int row = first; row < first + streams; row++) {
        if (window.starts[row]) {
          Arrays.fill(hiddenBefore, row * width, (row + 1) * width, 0f);
          cell.reset(row);
        }
      }
      Gemm.multiplyAdd(before.rows(first, streams), recurrent, cell.gates(first, streams));
      for (int row = first; row < first + streams; row++) {
        cell.forward(row, weights.values, bias.offset(), output.values(), hiddenBefore);
      }
    }
    carried = rows;
  }

  @Override
  public void backward(LearntWeights weights, float[] gradient) {
    int streams = window.streams;
    int width = output.width();
    int rows = window.rows();
    Matrix dGates = cell.gates(0, rows);
    Matrix recurrent = weights.copy(recurrentWeights);
    Matrix dBefore = Matrix.of(dHidden, 0, streams, width);
    Arrays.fill(dHidden, 0f);
    Arrays.fill(dCell, 0f);
    for (int step = window.steps - 1; step >= 0; step--) {
      int first = step * streams;
      Elements.multiplyAdd(1f, dHidden, 0, output.gradient(), first * width, streams * width);
      for (int stream = 0; stream < streams; stream++) {
        cell.backward(first + stream, output.gradient(), dCell, stream);
      }
      Gemm.multiply(dGates.rows(first, streams), recurrent, dBefore);
      for (int stream = 0; stream < streams; stream++) {
        if (window.starts[first + stream]) {
          Arrays.fill(dHidden, stream * width, (stream + 1) * width, 0f);
          Arrays.fill(dCell, stream * width, (stream + 1) * width, 0f);
        }
      }
    }
    Matrix inputs = Matrix.of(input.values(), 0, rows, input.width());
    Matrix before = Matrix.of(hiddenBefore, 0, rows, width);
    Gemm.multiplyAdd(inputs.transpose(), dGates, inputWeights.matrix(gradient));
    attributes.backward(dGates, gradient);
    Gemm.multiplyAdd(before.transpose(), dGates, recurrentWeights.matrix(gradient));
    bias.addRows(dGates, gradient);
    Gemm.multiply(
        dGates, weights.copy(inputWeights), Matrix.of(input.gradient(), 0, rows, input.width()));
  }
}
