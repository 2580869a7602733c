package org.staccato.export;

import java.util.List;
import java.util.NoSuchElementException;
import org.staccato.model.FloatMatrix;
import org.staccato.model.LayerNorm;
import org.staccato.model.Weights;

/** {@link LayerNorm} in double precision. */
final class ReferenceLayerNorm implements ReferenceLayer {
  private final FloatMatrix gain;
  private final FloatMatrix bias;

  ReferenceLayerNorm(Weights weights, int number) {
    gain = weights.ofLayer(number, LayerNorm.GAIN);
    bias = weights.ofLayer(number, LayerNorm.BIAS);
  }

  @Override
  public double[] step(List<double[]> taken) {
    double[] x = taken.getLast();
    double mean = 0;
    for (double value : x) {
      mean += value / x.length;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double scale = 1 / Math.sqrt(variance + LayerNorm.EPSILON);
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = (x[i] - mean) * scale * gain.at(i, 0) + bias.at(i, 0);
    }
    return y;
  }

  @Override
  public double[] field(String name) {
    throw new NoSuchElementException("layer normalisation has no state");
  }
}
