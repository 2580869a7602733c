package org.staccato.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.evaluate.PairedComparison;
import org.staccato.trainer.evaluate.Resampling;

/** The paired comparison of a model with another one on the same cases. */
final class Comparisons {
  private Comparisons() {}

  /** {@return the comparison of each metric, at each cutoff} */
  static List<PairedComparison> of(EvaluationResult model, EvaluationResult other) {
    List<PairedComparison> comparisons = new ArrayList<>();
    for (EvaluationResult.Metrics at : model.metrics()) {
      for (Metric.Kind kind : Metric.Kind.values()) {
        comparisons.add(
            Resampling.usual()
                .compare(other.ranks(), model.ranks(), new Metric(kind, at.cutoff())));
      }
    }
    return comparisons;
  }

  /** Prints one row per metric. */
  static void print(Console console, String part, String other, List<PairedComparison> of) {
    console.line(part + ", difference from " + other + " on the same cases");
    TextTable table = new TextTable("metric", "difference", "95 % from", "to", "p", "sequences");
    for (PairedComparison each : of) {
      table.row(
          each.metric().toString(),
          signed(each.difference()),
          signed(each.interval().low()),
          signed(each.interval().high()),
          String.format(Locale.ROOT, "%.4f", each.probability()),
          Figures.count(each.differing()));
    }
    table.print(console);
    console.line("  p: paired randomisation test, two-sided; sequences: those whose gains differ");
  }

  private static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4f", value);
  }

  /** {@return the comparisons in the same order, for JSON} */
  static List<Map<String, Object>> objects(List<PairedComparison> comparisons) {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (PairedComparison each : comparisons) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("metric", each.metric().toString().toLowerCase(Locale.ROOT));
      object.put("difference", each.difference());
      object.put("low", each.interval().low());
      object.put("high", each.interval().high());
      object.put("p", each.probability());
      object.put("sequences", each.differing());
      objects.add(object);
    }
    return objects;
  }
}
