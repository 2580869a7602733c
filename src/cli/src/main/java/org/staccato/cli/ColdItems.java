package org.staccato.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.trainer.baseline.AmongNewItems;
import org.staccato.trainer.baseline.FeaturePopularity;
import org.staccato.trainer.baseline.NewItemsAtRandom;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.evaluate.Slice;
import org.staccato.trainer.feature.ItemFeatures;
import org.staccato.trainer.sequence.HeldOutItems;
import org.staccato.trainer.sequence.ItemCounts;

/**
 * The figures of models on the test cases, apart for cold items, which were held out of the
 * training, and all others.
 *
 * @param held the items that were held out
 * @param whole the results over the whole catalogue
 * @param among the results of the same models where only cold items are ranked
 */
record ColdItems(HeldOutItems held, List<EvaluationResult> whole, List<EvaluationResult> among) {

  /** {@return the figures of some models, and of what new items are usually given to} */
  static ColdItems measure(
      List<NextItemModel> models, ItemFeatures features, HeldOutItems held, Evaluator evaluator) {
    ItemCounts train = new ItemCounts(held.measured().train());
    List<NextItemModel> all = new ArrayList<>(models);
    all.add(new NewItemsAtRandom(train));
    all.add(new FeaturePopularity(features, train));
    List<NextItemModel> among =
        all.stream().<NextItemModel>map(model -> new AmongNewItems(model, train)).toList();
    return new ColdItems(
        held,
        Measuring.measure(all, held.measured().test(), evaluator),
        Measuring.measure(among, held.measured().test(), evaluator));
  }

  private List<Slice> slices(EvaluationResult result) {
    return Slice.byTemperature(
        result.ranks(),
        held.measured().test(),
        new ItemCounts(held.measured().train()),
        result.metrics().getFirst().cutoff());
  }

  private String at() {
    return "@" + whole.getFirst().metrics().getFirst().cutoff();
  }

  /** Prints one row per model. */
  void print(Console console) {
    List<Slice> counted = slices(whole.getFirst());
    console.line(
        "test, %s cold targets of %s held-out items and %s warm ones"
            .formatted(
                Figures.count(counted.getFirst().cases()),
                Figures.count(held.held()),
                Figures.count(counted.getLast().cases())));
    TextTable table =
        new TextTable(
            "model",
            "HR" + at() + " cold",
            "of cold items only",
            "HR" + at() + " warm",
            "cold share" + at());
    for (int i = 0; i < whole.size(); i++) {
      List<Slice> slices = slices(whole.get(i));
      table.row(
          whole.get(i).model(),
          Figures.metric(slices.getFirst().hitRate()),
          Figures.metric(slices(among.get(i)).getFirst().hitRate()),
          Figures.metric(slices.getLast().hitRate()),
          Figures.metric(coldShare(whole.get(i))));
    }
    table.print(console);
  }

  /** {@return the same for JSON} */
  List<Map<String, Object>> objects() {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (int i = 0; i < whole.size(); i++) {
      List<Slice> slices = slices(whole.get(i));
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("model", whole.get(i).model());
      object.put("coldCases", slices.getFirst().cases());
      object.put("coldHr" + at(), slices.getFirst().hitRate());
      object.put("coldHrAmongCold" + at(), slices(among.get(i)).getFirst().hitRate());
      object.put("warmCases", slices.getLast().cases());
      object.put("warmHr" + at(), slices.getLast().hitRate());
      object.put("coldShare" + at(), coldShare(whole.get(i)));
      objects.add(object);
    }
    return objects;
  }

  private static double coldShare(EvaluationResult result) {
    return result.metrics().getFirst().lists().coldShare().orElse(0);
  }
}
