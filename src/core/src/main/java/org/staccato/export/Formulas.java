package org.staccato.export;

import org.staccato.model.FloatMatrix;

/** The formulas that the reference layers share, in double precision. */
final class Formulas {
  private Formulas() {}

  /** Computes the product of a row of a matrix with a vector. */
  static double dot(FloatMatrix matrix, int row, double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += matrix.at(row, i) * x[i];
    }
    return sum;
  }

  /** Computes the logistic function. */
  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
