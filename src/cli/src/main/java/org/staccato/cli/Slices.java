package org.staccato.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Slice;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.ItemCounts;

/** The figures of a model on parts of the cases, as a table and as JSON. */
final class Slices {
  private Slices() {}

  /**
   * {@return the slices by history, then by popularity, at the smallest cutoff; only with cases}
   */
  static List<Slice> of(EvaluationResult result, EvaluationCases cases, ItemCounts train) {
    int cutoff = cutoff(result);
    List<Slice> slices = new ArrayList<>(Slice.byHistory(result.ranks(), cases, cutoff));
    slices.addAll(Slice.byPopularity(result.ranks(), cases, train, cutoff));
    return slices.stream().filter(slice -> slice.cases() > 0).toList();
  }

  private static int cutoff(EvaluationResult result) {
    return result.metrics().getFirst().cutoff();
  }

  /** Prints one row per slice. */
  static void print(Console console, String part, EvaluationResult result, List<Slice> slices) {
    String at = "@" + cutoff(result);
    console.line(part + ", slices of " + result.model());
    TextTable table = new TextTable("cases with", "cases", "HR" + at, "MRR" + at, "NDCG" + at);
    for (Slice slice : slices) {
      table.row(
          slice.name(),
          Figures.count(slice.cases()),
          Figures.metric(slice.hitRate()),
          Figures.metric(slice.mrr()),
          Figures.metric(slice.ndcg()));
    }
    table.print(console);
  }

  /** {@return the slices in the same order, for JSON} */
  static List<Map<String, Object>> objects(EvaluationResult result, List<Slice> slices) {
    String at = "@" + cutoff(result);
    List<Map<String, Object>> objects = new ArrayList<>();
    for (Slice slice : slices) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("slice", slice.name());
      object.put("cases", slice.cases());
      object.put("hr" + at, slice.hitRate());
      object.put("mrr" + at, slice.mrr());
      object.put("ndcg" + at, slice.ndcg());
      objects.add(object);
    }
    return objects;
  }
}
