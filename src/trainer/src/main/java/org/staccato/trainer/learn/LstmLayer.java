package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.model.ModelSpecification.Cell;
import org.staccato.trainer.kernel.Activation;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.LstmCell;
import org.staccato.trainer.kernel.Matrix;

/**
 * One LSTM layer over a window of lanes: keeps what the backward pass needs, and carries the state
 * of each lane from window to window. Confined to one thread at a time.
 */
final class LstmLayer {
  private final Layout layout;
  private final int layer;
  private final int lanes;
  private final int width;
  private final int gateWidth;
  private final float[] noBias;

  private final float[] gates;
  private final float[] hiddenBefore;
  private final float[] memoryBefore;
  private final float[] tanhMemory;
  private final float[] dRecurrent;
  private final float[] dMemory;

  /** Where the state after the last window lies in the two arrays of states. */
  private int carried;

  /** The layer's output, a row per step and lane. */
  final float[] hidden;

  /** The gradient of the output, likewise. */
  final float[] dHidden;

  LstmLayer(Layout layout, int layer, int lanes, int maxSteps) {
    this.layout = layout;
    this.layer = layer;
    this.lanes = lanes;
    width = layout.hiddenWidth(layer);
    gateWidth = Cell.LSTM.gates() * width;
    noBias = new float[width];
    int rows = lanes * maxSteps;
    gates = new float[Math.multiplyExact(rows, gateWidth)];
    hiddenBefore = new float[(rows + lanes) * width];
    memoryBefore = new float[(rows + lanes) * width];
    tanhMemory = new float[rows * width];
    hidden = new float[rows * width];
    dHidden = new float[rows * width];
    dRecurrent = new float[lanes * width];
    dMemory = new float[lanes * width];
  }

  void forward(float[] weights, float[] input, Window window) {
    System.arraycopy(hiddenBefore, carried, hiddenBefore, 0, lanes * width);
    System.arraycopy(memoryBefore, carried, memoryBefore, 0, lanes * width);
    int rows = window.rows();
    Matrix sums = Matrix.of(gates, 0, rows, gateWidth);
    Gemm.multiply(
        Matrix.of(input, 0, rows, layout.inputWidth(layer)), layout.input(weights, layer), sums);
    Matrix before = Matrix.of(hiddenBefore, 0, rows, width);
    for (int step = 0; step < window.steps; step++) {
      int row = step * lanes;
      cut(window.starts, row, hiddenBefore, row);
      cut(window.starts, row, memoryBefore, row);
      Gemm.multiplyAdd(
          before.rows(row, lanes), layout.recurrent(weights, layer), sums.rows(row, lanes));
      for (int lane = 0; lane < lanes; lane++) {
        cell(weights, row + lane);
      }
    }
    carried = rows * width;
  }

  private void cell(float[] weights, int row) {
    int at = row * width;
    int next = (row + lanes) * width;
    int atGates = row * gateWidth;
    LstmCell.activate(gates, atGates, width, weights, layout.biasAt(layer));
    LstmCell.remember(gates, atGates, width, memoryBefore, at, memoryBefore, next, tanhMemory, at);
    Activation.tanh(tanhMemory, at, width, noBias, 0, 1f, 1f, 0f);
    LstmCell.expose(gates, atGates, width, tanhMemory, at, hidden, at, hiddenBefore, next);
  }

  /** Zeroes the rows of the lanes that start a sequence at a step. */
  private void cut(boolean[] starts, int firstStart, float[] rows, int firstRow) {
    for (int lane = 0; lane < lanes; lane++) {
      if (starts[firstStart + lane]) {
        int at = (firstRow + lane) * width;
        Arrays.fill(rows, at, at + width, 0f);
      }
    }
  }

  /**
   * Adds the gradients of the layer's weights for the last window, given {@link #dHidden}, and sets
   * that of its input.
   */
  void backward(
      TransposedWeights transposed,
      float[] gradient,
      float[] input,
      float[] dInput,
      Window window) {
    int rows = window.rows();
    Matrix dGates = Matrix.of(gates, 0, rows, gateWidth);
    Matrix dBefore = Matrix.of(dRecurrent, 0, lanes, width);
    Arrays.fill(dRecurrent, 0f);
    Arrays.fill(dMemory, 0f);
    for (int step = window.steps - 1; step >= 0; step--) {
      int row = step * lanes;
      Elements.multiplyAdd(1f, dRecurrent, 0, dHidden, row * width, lanes * width);
      for (int lane = 0; lane < lanes; lane++) {
        backwardCell(row + lane, lane);
      }
      Gemm.multiply(dGates.rows(row, lanes), transposed.recurrent(layer), dBefore);
      cut(window.starts, row, dRecurrent, 0);
      cut(window.starts, row, dMemory, 0);
    }
    int inputs = layout.inputWidth(layer);
    Gemm.multiplyAdd(
        Matrix.of(input, 0, rows, inputs).transpose(), dGates, layout.input(gradient, layer));
    Gemm.multiplyAdd(
        Matrix.of(hiddenBefore, 0, rows, width).transpose(),
        dGates,
        layout.recurrent(gradient, layer));
    for (int row = 0; row < rows; row++) {
      Elements.multiplyAdd(1f, gates, row * gateWidth, gradient, layout.biasAt(layer), gateWidth);
    }
    Gemm.multiply(dGates, transposed.input(layer), Matrix.of(dInput, 0, rows, inputs));
  }

  private void backwardCell(int row, int lane) {
    LstmCell.backward(
        gates,
        row * gateWidth,
        width,
        memoryBefore,
        tanhMemory,
        dHidden,
        row * width,
        dMemory,
        lane * width);
  }
}
