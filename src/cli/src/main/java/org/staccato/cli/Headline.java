package org.staccato.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Metric;

/**
 * The main figure of a model, beside that of the best baseline.
 *
 * @param metric the metric that is compared
 * @param model the model's figure
 * @param baseline the name of the baseline with the highest figure
 * @param counted the baseline's figure
 */
record Headline(Metric metric, double model, String baseline, double counted) {

  /**
   * {@return the comparison of a model with the baselines}
   *
   * @param wanted the metric to compare; if its cutoff was not measured, NDCG at the greatest
   *     cutoff takes its place
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

  /** {@return whether the baseline beats the model} */
  boolean belowCounting() {
    return model < counted;
  }

  /**
   * {@return the gain of the model over the baseline in per cent, or an empty text if the
   * baseline's figure is 0}
   */
  String gain() {
    return counted == 0 ? "" : String.format(Locale.ROOT, "%+.1f %%", 100 * (model / counted - 1));
  }
}
