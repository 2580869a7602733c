package org.staccato.cli;

import java.util.List;
import org.staccato.trainer.evaluate.Evaluator;
import picocli.CommandLine.Option;

/** The options of the evaluation of models. */
final class EvaluationArguments {
  @Option(
      names = "--at",
      order = 12,
      split = ",",
      paramLabel = "K",
      description = "Lengths of recommendation lists to measure (default: 10,20).")
  private List<Integer> cutoffs = List.of(10, 20);

  @Option(
      names = "--threads",
      order = 13,
      paramLabel = "N",
      description = "Threads that evaluate (default: the number of cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** {@return the evaluator, after a check of the options} */
  Evaluator evaluator(Verb verb) {
    if (threads < 1) {
      throw verb.wrongUsage("--threads: found " + threads + ", expected at least 1");
    }
    return new Evaluator(verb.cutoffs(cutoffs), threads);
  }
}
