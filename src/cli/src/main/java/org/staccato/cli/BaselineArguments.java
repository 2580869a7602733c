package org.staccato.cli;

import java.util.ArrayList;
import java.util.List;
import org.staccato.trainer.baseline.Baseline;
import picocli.CommandLine.Option;

/** The option that chooses the baselines. */
final class BaselineArguments {
  @Option(
      names = "--baselines",
      order = 14,
      split = ",",
      paramLabel = "NAME",
      description = {
        "The models that count, to compare with: popularity, markov, rules, item-knn, vmis-knn"
            + " (default: popularity,markov,rules)."
      })
  private List<String> names = Baseline.usual().stream().map(Baseline::label).toList();

  /** {@return the baselines, each once, in the order of the option} */
  List<Baseline> baselines(Verb verb) {
    List<Baseline> baselines = new ArrayList<>();
    for (String name : names) {
      try {
        Baseline baseline = Baseline.of(name);
        if (!baselines.contains(baseline)) {
          baselines.add(baseline);
        }
      } catch (IllegalArgumentException unknown) {
        throw verb.wrongUsage("--baselines: " + unknown.getMessage());
      }
    }
    return baselines;
  }
}
