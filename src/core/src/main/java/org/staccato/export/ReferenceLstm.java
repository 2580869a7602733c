package org.staccato.export;

import static org.staccato.export.Formulas.dot;
import static org.staccato.export.Formulas.sigmoid;

import java.util.List;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Lstm;
import org.staccato.model.Weights;

/** {@link Lstm} in double precision. */
final class ReferenceLstm implements ReferenceLayer {
  private final FloatMatrix input;
  private final FloatMatrix recurrent;
  private final FloatMatrix bias;
  private final double[] c;
  private final double[] h;

  ReferenceLstm(Weights weights, int number, Lstm layer, FloatMatrix input) {
    this.input = input;
    recurrent = weights.ofLayer(number, Lstm.RECURRENT);
    bias = weights.ofLayer(number, Lstm.BIAS);
    c = new double[layer.units()];
    h = new double[layer.units()];
  }

  @Override
  public double[] step(List<double[]> taken) {
    double[] x = taken.getLast();
    int units = h.length;
    double[] sums = new double[Lstm.GATES * units];
    for (int row = 0; row < sums.length; row++) {
      sums[row] = bias.at(row, 0) + dot(input, row, x) + dot(recurrent, row, h);
    }
    for (int unit = 0; unit < units; unit++) {
      double inputGate = sigmoid(sums[unit]);
      double forgetGate = sigmoid(sums[units + unit]);
      double cellGate = Math.tanh(sums[2 * units + unit]);
      double outputGate = sigmoid(sums[3 * units + unit]);
      c[unit] = forgetGate * c[unit] + inputGate * cellGate;
      h[unit] = outputGate * Math.tanh(c[unit]);
    }
    return h.clone();
  }

  @Override
  public double[] field(String name) {
    return name.equals(Lstm.CELL) ? c : h;
  }
}
