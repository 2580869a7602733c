package org.staccato.export;

import java.util.List;
import java.util.NoSuchElementException;
import org.staccato.model.Attention;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Weights;

/** {@link Attention} in double precision. */
final class ReferenceAttention implements ReferenceLayer {
  private final FloatMatrix query;
  private final FloatMatrix queryBias;
  private final double[][] kept;

  /** The number of vectors that are kept, and the place of the next. */
  private final double[] places = new double[2];

  ReferenceAttention(Weights weights, int number, Attention layer) {
    query = weights.ofLayer(number, Attention.QUERY);
    queryBias = weights.ofLayer(number, Attention.QUERY_BIAS);
    kept = new double[layer.window()][layer.width()];
  }

  @Override
  public double[] step(List<double[]> taken) {
    double[] x = taken.getLast();
    System.arraycopy(x, 0, kept[(int) places[1]], 0, x.length);
    places[0] = Math.min(places[0] + 1, kept.length);
    places[1] = (places[1] + 1) % kept.length;
    int count = (int) places[0];
    double[] scores = new double[count];
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < x.length; i++) {
      double q = queryBias.at(i, 0);
      for (int j = 0; j < x.length; j++) {
        q += query.at(i, j) * x[j];
      }
      for (int place = 0; place < count; place++) {
        scores[place] += q * kept[place][i] / Math.sqrt(x.length);
      }
    }
    for (double score : scores) {
      greatest = Math.max(greatest, score);
    }
    double total = 0;
    for (double score : scores) {
      total += Math.exp(score - greatest);
    }
    double[] y = new double[x.length];
    for (int place = 0; place < count; place++) {
      double share = Math.exp(scores[place] - greatest) / total;
      for (int i = 0; i < y.length; i++) {
        y[i] += share * kept[place][i];
      }
    }
    return y;
  }

  @Override
  public double[] field(String name) {
    if (name.equals(Attention.PLACES)) {
      return places;
    }
    for (int place = 0; place < kept.length; place++) {
      if (name.equals(Attention.kept(place))) {
        return kept[place];
      }
    }
    throw new NoSuchElementException("attention has no field " + name);
  }
}
