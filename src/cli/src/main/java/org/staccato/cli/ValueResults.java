package org.staccato.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.trainer.evaluate.ValueEvaluator.Result;

/** The figures of several models that predict values of the same cases, as a table and as JSON. */
final class ValueResults {
  private ValueResults() {}

  /** Prints one row per model. */
  static void print(Console console, String part, List<Result> results) {
    Result first = results.getFirst();
    console.line(
        part
            + " ("
            + Figures.count(first.cases())
            + " cases"
            + (first.unknown() == 0
                ? ")"
                : ", and "
                    + Figures.count(first.unknown())
                    + " on items that the model does not know)"));
    List<String> headings = new ArrayList<>(List.of("model"));
    headings.addAll(first.measures().keySet());
    TextTable table = new TextTable(headings.toArray(String[]::new));
    for (Result result : results) {
      List<String> row = new ArrayList<>(List.of(result.model()));
      for (String measure : first.measures().keySet()) {
        Double value = result.measures().get(measure);
        row.add(value == null ? "–" : Figures.metric(value));
      }
      table.row(row.toArray(String[]::new));
    }
    table.print(console);
  }

  /** {@return the results in the same order, for JSON} */
  static List<Map<String, Object>> objects(List<Result> results) {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (Result result : results) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("model", result.model());
      object.put("cases", result.cases());
      object.put("unknownItems", result.unknown());
      object.putAll(result.measures());
      objects.add(object);
    }
    return objects;
  }
}
