package org.staccato.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.sequence.PreparationReport;
import org.staccato.trainer.sequence.Split;

/** The reasons to trust figures less, one sentence each. */
final class Warnings {
  /** The number of cases below which one hit moves the hit rate by more than a hundredth. */
  private static final int FEW_CASES = 100;

  private Warnings() {}

  /** {@return the problems of the data alone} */
  static List<String> of(Split split) {
    PreparationReport report = split.report();
    List<String> warnings = new ArrayList<>();
    if (split.items().size() == 1) {
      warnings.add(
          "the catalogue has one item: every ranking is right, and no figure means anything");
    }
    if (report.log().users() == 1) {
      warnings.add("the log has one user: the model learns nothing about the choices of others");
    }
    addFew(warnings, "validation", report.validationCases());
    addFew(warnings, "test", report.testCases());
    return warnings;
  }

  private static void addFew(List<String> warnings, String part, long cases) {
    if (cases < FEW_CASES) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "few %s cases (%d): one more hit moves the hit rate by %.3f, so the figures are a hint",
              part,
              cases,
              1.0 / cases));
    }
  }

  /**
   * {@return the problems of the data, and of the model that was measured on it}
   *
   * @param metric the metric of the comparison
   * @param test its result on the test cases, then the baselines'
   */
  static List<String> of(Split split, Metric metric, List<EvaluationResult> test) {
    List<String> warnings = of(split);
    Headline headline = Headline.of(metric, test);
    if (headline.belowCounting()) {
      warnings.add(
          "the model is below counting on the test cases: "
              + headline.metric()
              + " "
              + Figures.metric(headline.model())
              + ", "
              + headline.baseline()
              + " "
              + Figures.metric(headline.counted()));
    }
    return warnings;
  }

  /** Prints warnings beside the result, except those that were printed before. */
  static void print(Console console, List<String> warnings, List<String> said) {
    warnings.stream()
        .filter(warning -> !said.contains(warning))
        .forEach(warning -> console.remark("warning: " + warning));
  }
}
