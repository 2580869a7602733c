package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.staccato.trainer.kernel.Matrix;
import org.staccato.trainer.sequence.Sequences;

/** The losses by their formulas, in double precision. */
final class LossReference {
  private final Loss loss;
  private final Window window;
  private final int items;
  private final double[] shares;
  private final double[] adjustments;
  private final int[] negatives;

  /**
   * Prepares the losses of a window.
   *
   * @param log the events whose shares count
   * @param sample the seed of the negatives
   */
  LossReference(Loss loss, Sequences log, Window window, int sample) {
    this.loss = loss;
    this.window = window;
    items = log.items();
    double[] counts = new double[items];
    for (int item : log.toArray(0)) {
      counts[item]++;
    }
    shares = Arrays.stream(counts).map(count -> count / log.events()).toArray();
    adjustments =
        Arrays.stream(counts)
            .map(c -> loss.logitAdjustment() * Math.log((c + 1) / (log.events() + items)))
            .toArray();
    negatives = new UniformSample(Math.min(loss.negatives(), items), items).draw(sample).clone();
  }

  /** Sums the losses of all targets. */
  double sum(Matrix matrix, Matrix bias, Rows input) {
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < window.rows(); row++) {
      if (window.targets[row] != Window.NONE) {
        rows.add(row);
      }
    }
    double sum = 0;
    for (int from = 0; from < rows.size(); from += ScoreTile.ROWS) {
      List<Integer> tile = rows.subList(from, Math.min(from + ScoreTile.ROWS, rows.size()));
      for (int row : tile) {
        double[] scores = new double[items];
        for (int item = 0; item < items; item++) {
          scores[item] = bias.values()[bias.index(item, 0)];
          for (int i = 0; i < input.width(); i++) {
            scores[item] +=
                (double) input.values()[row * input.width() + i]
                    * matrix.values()[matrix.index(item, i)];
          }
        }
        sum += of(scores, window.targets[row], tile);
      }
    }
    return sum;
  }

  private double of(double[] scores, int target, List<Integer> tile) {
    return switch (loss.kind()) {
      case FULL -> full(scores, target);
      case SAMPLED -> sampled(scores, target, tile);
      case BPR_MAX -> bprMax(scores, target);
      case GBCE -> generalized(scores, target);
    };
  }

  private double full(double[] scores, int target) {
    double sum = 0;
    double mean = 0;
    for (int item = 0; item < items; item++) {
      sum += Math.exp(scores[item] + adjustments[item]);
      mean += (scores[item] + adjustments[item]) / items;
    }
    double smoothing = loss.labelSmoothing();
    return Math.log(sum)
        - (1 - smoothing) * (scores[target] + adjustments[target])
        - smoothing * mean;
  }

  private double sampled(double[] scores, int target, List<Integer> tile) {
    Set<Integer> candidates = new LinkedHashSet<>();
    Arrays.stream(negatives).forEach(candidates::add);
    tile.forEach(row -> candidates.add(window.targets[row]));
    double sum = 0;
    double ofTarget = 0;
    for (int item : candidates) {
      double missed = 1 - (double) negatives.length / items;
      double others = Math.pow(1 - shares[item], tile.size() - 1);
      double logit = scores[item] + adjustments[item] - Math.log(1 - missed * others);
      sum += Math.exp(logit);
      ofTarget = item == target ? logit : ofTarget;
    }
    return Math.log(sum) - ofTarget;
  }

  private double bprMax(double[] scores, int target) {
    double sum = 0;
    double won = 0;
    double squares = 0;
    for (int item : negatives) {
      if (item != target) {
        double weight = Math.exp(scores[item]);
        sum += weight;
        won += weight * sigmoid(scores[target] - scores[item]);
        squares += weight * scores[item] * scores[item];
      }
    }
    return sum == 0 ? 0 : -Math.log(won / sum) + loss.regularization() * squares / sum;
  }

  private double generalized(double[] scores, int target) {
    double alpha = Math.min(1, loss.negatives() / Math.max(1, items - 1.0));
    double t = loss.calibration();
    // Equation 10 of the paper.
    double beta = alpha * (t * (1 - 1 / alpha) + 1 / alpha);
    double start = Math.log(negatives.length);
    double result = -beta * Math.log(sigmoid(scores[target] - start));
    for (int item : negatives) {
      result -= item == target ? 0 : Math.log(1 - sigmoid(scores[item] - start));
    }
    return result;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
