package org.staccato.export;

import org.staccato.model.FloatMatrix;
import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.Weights;

/** One layer in double precision over the unpacked weights, straight from its formulas. */
interface ReferenceLayer {

  /** Makes a layer at the start of a sequence. */
  static ReferenceLayer of(Weights weights, int number) {
    Layer layer = weights.specification().layers().get(number);
    return switch (layer) {
      case Lstm lstm -> new ReferenceLstm(weights, number, lstm);
      case Gru gru -> new ReferenceGru(weights, number, gru);
    };
  }

  /** Takes a vector and returns the one that the layer gives. */
  double[] step(double[] x);

  /** Returns a field of its state, which the next step changes. */
  double[] field(String name);

  /** Multiplies a row of a matrix. */
  static double dot(FloatMatrix matrix, int row, double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += matrix.at(row, i) * x[i];
    }
    return sum;
  }

  /** The logistic function. */
  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
