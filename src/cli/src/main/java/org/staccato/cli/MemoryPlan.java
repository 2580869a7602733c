package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.NeighbourMemory.Search;
import org.staccato.trainer.MemoryTraining;
import org.staccato.trainer.MemoryTraining.JudgedShare;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.sequence.Split;

/**
 * The memory that a training gives its model.
 *
 * @param search the parameters of the search for neighbours
 * @param share the share of the neighbours, or null for the best one on the validation cases
 * @param alone whether the model has no network beside it
 */
record MemoryPlan(Search search, @Nullable Float share, boolean alone) {

  /** Gives a weight file the training sequences as its memory. */
  void addTo(Path file, Split split, Metric metric, int threads, Console console)
      throws IOException {
    MemoryTraining training = new MemoryTraining(split, search);
    Float chosen = share;
    if (chosen == null) {
      console.remark("choosing the share of the memory by the validation's " + metric);
      List<JudgedShare> judged = training.judge(file, metric, threads);
      JudgedShare best = MemoryTraining.best(judged);
      console.remark(
          judged.stream()
              .map(each -> String.format(Locale.ROOT, "%.1f: %.4f", each.share(), each.score()))
              .collect(Collectors.joining("  ", "shares  ", "  best " + best.share())));
      chosen = best.share();
    }
    training.addTo(file, chosen);
  }

  /** {@return a memory in words, such as "23,753 sequences, the last 4 events, share 0.5"} */
  static String words(NeighbourMemory memory) {
    return Figures.count(memory.sequences())
        + " sequences of "
        + Figures.count(memory.entries())
        + " entries, the last "
        + memory.search().history()
        + " events, "
        + (memory.share() == NeighbourMemory.ALONE ? "alone" : "share " + memory.share());
  }
}
