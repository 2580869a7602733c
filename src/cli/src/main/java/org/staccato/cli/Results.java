package org.staccato.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.staccato.trainer.evaluate.CaseRanks;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.EvaluationResult.Metrics;
import org.staccato.trainer.evaluate.Interval;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.evaluate.Resampling;
import org.staccato.trainer.sequence.PreparationReport;

/** The figures of several models on the same cases, as a table and as JSON. */
final class Results {
  private Results() {}

  /** Prints one row per model, the intervals of the first, and what the lists hold. */
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
        row.add(Figures.metric(at.lists().coverage()));
      }
      table.row(row.toArray(String[]::new));
    }
    table.print(console);
    if (first.ranks().count() > 0) {
      console.line("  " + intervals(first));
    }
    printLists(console, results);
  }

  /** {@return the 95 % intervals of a model's metrics at its smallest cutoff, as a phrase} */
  static String intervals(EvaluationResult result) {
    List<String> phrases = new ArrayList<>();
    for (Metric.Kind kind : Metric.Kind.values()) {
      Metric metric = new Metric(kind, result.metrics().getFirst().cutoff());
      Interval interval = Resampling.usual().interval(result.ranks(), metric);
      phrases.add(
          metric + " " + Figures.metric(interval.low()) + " to " + Figures.metric(interval.high()));
    }
    return result.model() + ", 95 % intervals: " + String.join(", ", phrases);
  }

  private static void printLists(Console console, List<EvaluationResult> results) {
    List<String> headings = new ArrayList<>(List.of("lists"));
    for (Metrics at : results.getFirst().metrics()) {
      listMeasures(at).keySet().forEach(name -> headings.add(name + "@" + at.cutoff()));
    }
    TextTable table = new TextTable(headings.toArray(String[]::new));
    for (EvaluationResult result : results) {
      List<String> row = new ArrayList<>(List.of(result.model()));
      for (Metrics at : result.metrics()) {
        for (OptionalDouble measure : listMeasures(at).values()) {
          row.add(measure.isPresent() ? Figures.metric(measure.getAsDouble()) : "–");
        }
      }
      table.row(row.toArray(String[]::new));
    }
    table.print(console);
  }

  private static Map<String, OptionalDouble> listMeasures(Metrics at) {
    Map<String, OptionalDouble> measures = new LinkedHashMap<>();
    measures.put("gini", OptionalDouble.of(at.lists().gini()));
    measures.put("novelty", at.lists().novelty());
    measures.put("diversity", at.lists().diversity());
    measures.put("cold", at.lists().coldShare());
    return measures;
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
              after.lists().minus(before.lists())));
    }
    return List.of(from, to, new EvaluationResult("change", to.cases(), changes, CaseRanks.none()));
  }

  private static Map<String, Object> intervalObject(EvaluationResult result) {
    Resampling resampling = Resampling.usual();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("confidence", resampling.confidence());
    object.put("resamples", resampling.resamples());
    for (Metrics at : result.metrics()) {
      for (Metric.Kind kind : Metric.Kind.values()) {
        Metric metric = new Metric(kind, at.cutoff());
        Interval interval = resampling.interval(result.ranks(), metric);
        object.put(
            metric.toString().toLowerCase(Locale.ROOT), List.of(interval.low(), interval.high()));
      }
    }
    return object;
  }

  /** {@return the results in the same order, for JSON; the first one with its intervals} */
  static List<Map<String, Object>> objects(List<EvaluationResult> results) {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (EvaluationResult result : results) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("model", result.model());
      object.put("cases", result.cases());
      for (Metrics at : result.metrics()) {
        String cutoff = "@" + at.cutoff();
        object.put("hr" + cutoff, at.hitRate());
        object.put("mrr" + cutoff, at.mrr());
        object.put("ndcg" + cutoff, at.ndcg());
        object.put("precision" + cutoff, at.precision());
        object.put("map" + cutoff, at.map());
        object.put("coverage" + cutoff, at.lists().coverage());
        listMeasures(at)
            .forEach(
                (name, measure) -> measure.ifPresent(value -> object.put(name + cutoff, value)));
      }
      if (objects.isEmpty() && result.ranks().count() > 0) {
        object.put("intervals", intervalObject(result));
      }
      objects.add(object);
    }
    return objects;
  }
}
