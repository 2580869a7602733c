package org.staccato.export;

import static org.staccato.export.Formulas.dot;

import java.util.List;
import java.util.NoSuchElementException;
import org.staccato.model.FeedForward;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Weights;

/** {@link FeedForward} in double precision. */
final class ReferenceFeedForward implements ReferenceLayer {
  private final FeedForward layer;
  private final FloatMatrix up;
  private final FloatMatrix upBias;
  private final FloatMatrix down;
  private final FloatMatrix downBias;

  ReferenceFeedForward(Weights weights, int number, FeedForward layer) {
    this.layer = layer;
    up = weights.ofLayer(number, FeedForward.UP);
    upBias = weights.ofLayer(number, FeedForward.UP_BIAS);
    down = weights.ofLayer(number, FeedForward.DOWN);
    downBias = weights.ofLayer(number, FeedForward.DOWN_BIAS);
  }

  @Override
  public double[] step(List<double[]> taken) {
    double[] inner = new double[layer.inner()];
    for (int i = 0; i < inner.length; i++) {
      inner[i] = NormalDistribution.gelu(upBias.at(i, 0) + dot(up, i, taken.getLast()));
    }
    double[] y = new double[layer.width()];
    for (int i = 0; i < y.length; i++) {
      y[i] = downBias.at(i, 0) + dot(down, i, inner);
    }
    return y;
  }

  @Override
  public double[] field(String name) {
    throw new NoSuchElementException("a feed-forward network has no state");
  }
}
