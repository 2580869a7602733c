package org.staccato.trainer.evaluate;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.staccato.trainer.evaluate.EvaluationResult.Metrics;

/**
 * One figure of an evaluation, such as the one that selects the best epoch.
 *
 * @param kind the quantity
 * @param cutoff the length of the list of recommendations, at least 1
 */
public record Metric(Kind kind, int cutoff) {
  private static final Pattern SYNTAX = Pattern.compile("(hr|mrr|ndcg)@([1-9][0-9]{0,5})");

  /** The quantity that a metric measures. */
  public enum Kind {
    /** Hit rate, equal to recall. */
    HR,
    /** Mean reciprocal rank. */
    MRR,
    /** Normalised discounted cumulative gain. */
    NDCG
  }

  /**
   * Checks the cutoff.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public Metric {
    if (cutoff < 1) {
      throw new IllegalArgumentException("cutoff: found " + cutoff + ", expected at least 1");
    }
  }

  /**
   * {@return the metric with a name such as {@code ndcg@10}}
   *
   * @param name the name, in any case
   * @throws IllegalArgumentException if no metric has this name
   */
  public static Metric of(String name) {
    Matcher matcher = SYNTAX.matcher(name.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "metric: found '" + name + "', expected hr@K, mrr@K or ndcg@K such as ndcg@10");
    }
    return new Metric(
        Kind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
        Integer.parseInt(matcher.group(2)));
  }

  /**
   * {@return the value of this metric in a result}
   *
   * @param result a result that was measured at the cutoff
   * @throws IllegalArgumentException if it was not
   */
  public double of(EvaluationResult result) {
    Metrics at = result.at(cutoff);
    return switch (kind) {
      case HR -> at.hitRate();
      case MRR -> at.mrr();
      case NDCG -> at.ndcg();
    };
  }

  /**
   * {@return the gain of a case, whose mean over the cases is the metric}
   *
   * @param rank the rank of the target, 0 if it lies beyond all that was measured
   */
  double gain(int rank) {
    if (rank == 0 || rank > cutoff) {
      return 0;
    }
    return switch (kind) {
      case HR -> 1;
      case MRR -> 1.0 / rank;
      case NDCG -> Math.log(2) / Math.log(rank + 1.0);
    };
  }

  /** {@return the name, such as {@code NDCG@10}} */
  @Override
  public String toString() {
    return kind + "@" + cutoff;
  }
}
