package org.staccato.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.trainer.baseline.FeaturePopularity;
import org.staccato.trainer.baseline.NewItemsAtRandom;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.evaluate.Slice;
import org.staccato.trainer.feature.ItemFeatures;
import org.staccato.trainer.sequence.HeldOutItems;
import org.staccato.trainer.sequence.ItemCounts;

/** The figures of models on cold items, which were held out of the training, and on all others. */
final class ColdItems {
  private ColdItems() {}

  /** {@return the results on the test cases, and those of what new items are usually given} */
  static List<EvaluationResult> measure(
      List<EvaluationResult> test, ItemFeatures features, HeldOutItems held, Evaluator evaluator) {
    ItemCounts train = new ItemCounts(held.measured().train());
    List<NextItemModel> models =
        List.of(new NewItemsAtRandom(train), new FeaturePopularity(features, train));
    List<EvaluationResult> all = new ArrayList<>(test);
    all.addAll(Measuring.measure(models, held.measured().test(), evaluator));
    return all;
  }

  private static List<Slice> slices(EvaluationResult result, HeldOutItems held) {
    return Slice.byTemperature(
        result.ranks(),
        held.measured().test(),
        new ItemCounts(held.measured().train()),
        result.metrics().getFirst().cutoff());
  }

  /** Prints one row per model. */
  static void print(Console console, List<EvaluationResult> results, HeldOutItems held) {
    String at = "@" + results.getFirst().metrics().getFirst().cutoff();
    List<Slice> counted = slices(results.getFirst(), held);
    console.line(
        "test, %s cold targets of %s held-out items and %s warm ones"
            .formatted(
                Figures.count(counted.getFirst().cases()),
                Figures.count(held.held()),
                Figures.count(counted.getLast().cases())));
    TextTable table =
        new TextTable("model", "HR" + at + " cold", "HR" + at + " warm", "cold share" + at);
    for (EvaluationResult result : results) {
      List<Slice> slices = slices(result, held);
      table.row(
          result.model(),
          Figures.metric(slices.getFirst().hitRate()),
          Figures.metric(slices.getLast().hitRate()),
          Figures.metric(coldShare(result)));
    }
    table.print(console);
  }

  /** {@return the same for JSON} */
  static List<Map<String, Object>> objects(List<EvaluationResult> results, HeldOutItems held) {
    String at = "@" + results.getFirst().metrics().getFirst().cutoff();
    List<Map<String, Object>> objects = new ArrayList<>();
    for (EvaluationResult result : results) {
      List<Slice> slices = slices(result, held);
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("model", result.model());
      object.put("coldCases", slices.getFirst().cases());
      object.put("coldHr" + at, slices.getFirst().hitRate());
      object.put("warmCases", slices.getLast().cases());
      object.put("warmHr" + at, slices.getLast().hitRate());
      object.put("coldShare" + at, coldShare(result));
      objects.add(object);
    }
    return objects;
  }

  private static double coldShare(EvaluationResult result) {
    return result.metrics().getFirst().lists().coldShare().orElse(0);
  }
}
