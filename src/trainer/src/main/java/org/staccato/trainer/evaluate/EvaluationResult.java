package org.staccato.trainer.evaluate;

import java.util.List;

/**
 * The metrics of a model on a set of cases.
 *
 * @param model the name of the model
 * @param cases the number of cases
 * @param metrics the metrics at each cutoff, in ascending order of the cutoff
 * @param ranks the rank of each target; none for a result that was computed from others
 */
public record EvaluationResult(String model, long cases, List<Metrics> metrics, CaseRanks ranks) {

  /** Copies the list. */
  public EvaluationResult {
    metrics = List.copyOf(metrics);
  }

  /**
   * {@return the metrics at a cutoff}
   *
   * @param cutoff one of the evaluator's cutoffs
   * @throws IllegalArgumentException if the cutoff was not measured
   */
  public Metrics at(int cutoff) {
    for (Metrics at : metrics) {
      if (at.cutoff() == cutoff) {
        return at;
      }
    }
    throw new IllegalArgumentException("nothing was measured at cutoff " + cutoff);
  }

  /**
   * The metrics at one cutoff k. With one target per case and its rank r, all are means over the
   * cases of a gain that is 0 where r &gt; k; all are 0 where there are no cases.
   *
   * @param cutoff the length k of the list of recommendations
   * @param hitRate gain 1: the share of cases with the target in the list; equal to recall@k
   * @param mrr gain 1/r: mean reciprocal rank
   * @param ndcg gain 1/log₂(r + 1): normalised discounted cumulative gain
   * @param lists what the lists hold, whether or not the target is among it
   */
  public record Metrics(int cutoff, double hitRate, double mrr, double ndcg, ListMeasures lists) {
    /** {@return the mean share of relevant items in a list; with one target per case HR/k} */
    public double precision() {
      return hitRate / cutoff;
    }

    /** {@return the mean average precision; with one target per case equal to MRR} */
    public double map() {
      return mrr;
    }
  }
}
