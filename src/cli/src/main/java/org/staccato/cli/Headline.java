package org.staccato.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Metric;

/**
 * The one figure of a model, beside the best of what only counts.
 *
 * @param metric what is compared
 * @param model the model's figure
 * @param baseline the name of the baseline with the highest figure
 * @param counted its figure
 */
record Headline(Metric metric, double model, String baseline, double counted) {

  /**
   * {@return the comparison of a model with the baselines}
   *
   * @param wanted the metric to compare; if nothing was measured at its cutoff, it is NDCG at the
   *     greatest one
   * @param results the model's result, then those of one baseline or more, on the same cases
   */
  static Headline of(Metric wanted, List<EvaluationResult> results) {
    EvaluationResult model = results.getFirst();
    Metric metric =
        model.metrics().stream().anyMatch(at -> at.cutoff() == wanted.cutoff())
            ? wanted
            : new Metric(Metric.Kind.NDCG, model.metrics().getLast().cutoff());
    EvaluationResult best =
        results.stream()
            .skip(1)
            .max(Comparator.comparingDouble(metric::of))
            .orElseThrow(() -> new IllegalArgumentException("baselines: found none"));
    return new Headline(metric, metric.of(model), best.model(), metric.of(best));
  }

  /** {@return whether counting alone does better} */
  boolean belowCounting() {
    return model < counted;
  }

  /** {@return how much the model is above the baseline, or an empty text if that has nothing} */
  String gain() {
    return counted == 0 ? "" : String.format(Locale.ROOT, "%+.1f %%", 100 * (model / counted - 1));
  }
}
