package org.staccato.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.ItemFilter;
import org.staccato.ItemSet;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.model.Event;
import org.staccato.trainer.report.Section.Example;
import org.staccato.trainer.sequence.EvaluationCases;

/** The recommendations of a model in a few test cases, beside the items that came next. */
final class ExampleRecommendations {
  private static final int CASES = 6;
  private static final int LENGTH = 5;

  private ExampleRecommendations() {}

  /**
   * {@return the last case of a few sequences, which are spread evenly over all sequences}
   *
   * @param live a model over the catalogue of the cases
   * @param cases the test cases, which also tell whether items of the history are ranked
   */
  static List<Example> of(LiveModel live, EvaluationCases cases) {
    int count = cases.sequences().count();
    Scorer scorer = live.newScorer();
    UserState user = scorer.newState();
    Ranked ranked = new Ranked(LENGTH);
    Event step = new Event();
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < Math.min(CASES, count); i++) {
      int sequence = (int) ((long) count * i / Math.min(CASES, count));
      int[] events = cases.sequences().toArray(sequence);
      int length = events.length - 1;
      if (length < Math.max(1, cases.firstTarget(sequence))) {
        continue;
      }
      scorer.reset(user);
      List<String> history = new ArrayList<>();
      for (int event = 0; event < length; event++) {
        cases.sequences().read(sequence, event, step);
        scorer.step(user, step);
        history.add(live.itemKeys().text(events[event]));
      }
      int next = events[length];
      ItemFilter filter = ItemFilter.NONE;
      if (cases.excludeSeen()) {
        int[] seen = Arrays.stream(events, 0, length).filter(item -> item != next).toArray();
        filter = filter.withSeen(ItemSet.of(live.version(), seen, seen.length));
      }
      scorer.topK(user, Math.min(LENGTH, live.itemKeys().size()), filter, ranked);
      List<String> recommended = new ArrayList<>();
      for (int rank = 0; rank < ranked.size(); rank++) {
        recommended.add(live.itemKeys().text(ranked.item(rank)));
      }
      examples.add(new Example(history, recommended, live.itemKeys().text(next)));
    }
    return examples;
  }

  /** {@return examples for JSON} */
  static List<Map<String, Object>> objects(List<Example> examples) {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (Example example : examples) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("history", example.history());
      object.put("recommended", example.recommended());
      object.put("next", example.next());
      objects.add(object);
    }
    return objects;
  }
}
