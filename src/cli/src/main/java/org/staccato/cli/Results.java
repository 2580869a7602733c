package org.staccato.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.EvaluationResult.Metrics;
import org.staccato.trainer.sequence.PreparationReport;

/** The figures of several models on the same cases, as a table and as JSON. */
final class Results {
  private Results() {}

  /** Prints one row per model. */
  static void print(Console console, String part, List<EvaluationResult> results) {
    EvaluationResult first = results.getFirst();
    console.line(part + " (" + Figures.count(first.cases()) + " cases, whole catalogue ranked)");
    List<String> headings = new ArrayList<>(List.of("model"));
    for (Metrics at : first.metrics()) {
      String cutoff = "@" + at.cutoff();
      headings.addAll(List.of("HR" + cutoff, "MRR" + cutoff, "NDCG" + cutoff, "cover" + cutoff));
    }
    TextTable table = new TextTable(headings.toArray(String[]::new));
    for (EvaluationResult result : results) {
      List<String> row = new ArrayList<>(List.of(result.model()));
      for (Metrics at : result.metrics()) {
        row.add(Figures.metric(at.hitRate()));
        row.add(Figures.metric(at.mrr()));
        row.add(Figures.metric(at.ndcg()));
        row.add(Figures.metric(at.coverage()));
      }
      table.row(row.toArray(String[]::new));
    }
    table.print(console);
  }

  /** {@return the counts of the rows that were read, kept and left out, for JSON} */
  static Map<String, Object> data(PreparationReport report) {
    Map<String, Object> object = new LinkedHashMap<>(report.toMap());
    object.put("broken", report.dropped().broken());
    return object;
  }

  /** {@return two results and the difference of the second from the first} */
  static List<EvaluationResult> withChange(List<EvaluationResult> results) {
    EvaluationResult from = results.getFirst();
    EvaluationResult to = results.getLast();
    List<Metrics> changes = new ArrayList<>();
    for (Metrics before : from.metrics()) {
      Metrics after = to.at(before.cutoff());
      changes.add(
          new Metrics(
              before.cutoff(),
              after.hitRate() - before.hitRate(),
              after.mrr() - before.mrr(),
              after.ndcg() - before.ndcg(),
              after.coverage() - before.coverage()));
    }
    return List.of(from, to, new EvaluationResult("change", to.cases(), changes));
  }

  /** {@return the results in the same order, for JSON} */
  static List<Map<String, Object>> objects(List<EvaluationResult> results) {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (EvaluationResult result : results) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("model", result.model());
      object.put("cases", result.cases());
      for (Metrics at : result.metrics()) {
        object.put("hr@" + at.cutoff(), at.hitRate());
        object.put("mrr@" + at.cutoff(), at.mrr());
        object.put("ndcg@" + at.cutoff(), at.ndcg());
        object.put("coverage@" + at.cutoff(), at.coverage());
      }
      objects.add(object);
    }
    return objects;
  }
}
