package org.staccato.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.staccato.trainer.baseline.Baseline;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Sequences;

/**
 * How a trained model is measured.
 *
 * @param cutoffs the lengths of recommendation lists
 * @param baselines the models that it is compared with
 */
record Measuring(List<Integer> cutoffs, List<Baseline> baselines) {
  /** {@return the usual baselines, at some cutoffs} */
  static Measuring at(int... cutoffs) {
    return new Measuring(Arrays.stream(cutoffs).boxed().toList(), Baseline.usual());
  }

  /** {@return the evaluator} */
  Evaluator evaluator(int threads) {
    return new Evaluator(cutoffs.stream().mapToInt(Integer::intValue).toArray(), threads);
  }

  /** {@return some models, then the baselines learnt from the training part} */
  static List<NextItemModel> beside(
      List<? extends NextItemModel> models, List<Baseline> baselines, Sequences train) {
    List<NextItemModel> all = new ArrayList<>(models);
    baselines.forEach(each -> all.add(each.learn(train)));
    return all;
  }

  /** {@return the results of several models on the same cases} */
  static List<EvaluationResult> measure(
      List<NextItemModel> models, EvaluationCases cases, Evaluator evaluator) {
    return models.stream().map(model -> evaluator.evaluate(model, cases)).toList();
  }
}
