package org.staccato.cli;

import java.util.ArrayList;
import java.util.List;
import org.staccato.trainer.baseline.ValueBaselines;
import org.staccato.trainer.evaluate.ValueEvaluator;
import org.staccato.trainer.evaluate.ValueEvaluator.Result;
import org.staccato.trainer.evaluate.ValueModel;
import org.staccato.trainer.evaluate.ValueTask;
import org.staccato.trainer.sequence.Split;

/**
 * The measures of models that predict values, beside the baselines, on both parts of a split.
 *
 * @param validation the results on the validation cases, the models' before the baselines'
 * @param test those on the test cases
 */
record ValueMeasuring(List<Result> validation, List<Result> test) {

  /** Measures models; the baselines of a part learn from everything before it. */
  static ValueMeasuring of(ValueTask task, Split split, List<ValueModel> models) {
    ValueEvaluator evaluator = new ValueEvaluator(task);
    List<ValueModel> validation = new ArrayList<>(models);
    validation.addAll(ValueBaselines.learn(task, split.train(), List.of()));
    List<ValueModel> test = new ArrayList<>(models);
    test.addAll(ValueBaselines.learn(task, split.train(), List.of(split.validation())));
    return new ValueMeasuring(
        evaluator.evaluate(validation, split.validation()), evaluator.evaluate(test, split.test()));
  }

  /** Prints both tables. */
  void print(Console console) {
    ValueResults.print(console, "validation", validation);
    console.line("");
    ValueResults.print(console, "test", test);
  }
}
