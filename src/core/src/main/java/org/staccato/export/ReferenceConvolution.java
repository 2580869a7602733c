package org.staccato.export;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.staccato.model.Convolution;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Weights;

/** {@link Convolution} in double precision. */
final class ReferenceConvolution implements ReferenceLayer {
  private final List<FloatMatrix> taps = new ArrayList<>();
  private final FloatMatrix bias;

  /** The inputs of the steps before, the nearest first. */
  private final double[][] earlier;

  ReferenceConvolution(Weights weights, int number, Convolution layer) {
    for (int back = 0; back < layer.taps(); back++) {
      taps.add(weights.ofLayer(number, Convolution.tap(back)));
    }
    bias = weights.ofLayer(number, Convolution.BIAS);
    earlier = new double[layer.taps() - 1][layer.width()];
  }

  @Override
  public double[] step(List<double[]> taken) {
    double[] x = taken.getLast();
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias.at(i, 0) + taps.getFirst().at(i, 0) * x[i];
      for (int back = 1; back < taps.size(); back++) {
        y[i] += taps.get(back).at(i, 0) * earlier[back - 1][i];
      }
    }
    for (int back = earlier.length - 1; back > 0; back--) {
      System.arraycopy(earlier[back - 1], 0, earlier[back], 0, x.length);
    }
    System.arraycopy(x, 0, earlier[0], 0, x.length);
    return y;
  }

  @Override
  public double[] field(String name) {
    for (int back = 1; back <= earlier.length; back++) {
      if (name.equals(Convolution.earlier(back))) {
        return earlier[back - 1];
      }
    }
    throw new NoSuchElementException("a convolution has no field " + name);
  }
}
