package org.staccato.export;

import static org.staccato.export.Formulas.dot;
import static org.staccato.export.Formulas.sigmoid;

import java.util.List;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Gru;
import org.staccato.model.Weights;

/** {@link Gru} in double precision. */
final class ReferenceGru implements ReferenceLayer {
  private final FloatMatrix input;
  private final FloatMatrix recurrent;
  private final FloatMatrix inputBias;
  private final FloatMatrix recurrentBias;
  private final double[] h;

  ReferenceGru(Weights weights, int number, Gru layer, FloatMatrix input) {
    this.input = input;
    recurrent = weights.ofLayer(number, Gru.RECURRENT);
    inputBias = weights.ofLayer(number, Gru.INPUT_BIAS);
    recurrentBias = weights.ofLayer(number, Gru.RECURRENT_BIAS);
    h = new double[layer.units()];
  }

  @Override
  public double[] step(List<double[]> taken) {
    double[] x = taken.getLast();
    int units = h.length;
    double[] next = new double[units];
    for (int unit = 0; unit < units; unit++) {
      double reset = sigmoid(inputSum(unit, x) + recurrentSum(unit));
      double update = sigmoid(inputSum(units + unit, x) + recurrentSum(units + unit));
      int row = 2 * units + unit;
      double newGate = Math.tanh(inputSum(row, x) + reset * recurrentSum(row));
      next[unit] = (1 - update) * newGate + update * h[unit];
    }
    System.arraycopy(next, 0, h, 0, units);
    return next;
  }

  private double inputSum(int row, double[] x) {
    return inputBias.at(row, 0) + dot(input, row, x);
  }

  private double recurrentSum(int row) {
    return recurrentBias.at(row, 0) + dot(recurrent, row, h);
  }

  @Override
  public double[] field(String name) {
    return h;
  }
}
