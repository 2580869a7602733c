package org.staccato.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.sequence.PreparationReport;
import org.staccato.trainer.sequence.Split;

/** What lets figures say less than they seem to, one sentence each. */
final class Warnings {
  /** With fewer cases a hit more or less moves the hit rate by more than a hundredth. */
  private static final int FEW_CASES = 100;

  private Warnings() {}

  /** {@return what is wrong with the data already} */
  static List<String> of(Split split) {
    PreparationReport report = split.report();
    List<String> warnings = new ArrayList<>();
    if (split.items().size() == 1) {
      warnings.add(
          "the catalogue has one item: every ranking is right, and no figure means anything");
    }
    if (report.log().users() == 1) {
      warnings.add("the log has one user: nothing is learnt of what others choose");
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
   * {@return what is wrong with the data, and with the model that was measured on it}
   *
   * @param metric what the model is compared by
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

  /** Says warnings beside the result, those that were not said before. */
  static void print(Console console, List<String> warnings, List<String> said) {
    warnings.stream()
        .filter(warning -> !said.contains(warning))
        .forEach(warning -> console.remark("warning: " + warning));
  }
}
