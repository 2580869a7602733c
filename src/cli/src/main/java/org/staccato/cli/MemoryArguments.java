package org.staccato.cli;

import org.jspecify.annotations.Nullable;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.NeighbourMemory.Search;
import picocli.CommandLine.Option;

/** The options that give a model a memory of the training sequences. */
final class MemoryArguments extends Arguments {
  @Option(
      names = "--memory",
      order = 350,
      description =
          "Remember the training sequences: the most similar ones vote, and their votes are blended"
              + " with the network's probabilities (default: no).")
  private boolean memory;

  @Option(
      names = "--memory-only",
      order = 351,
      description =
          "Remember the training sequences and learn no network: popularity orders the items without"
              + " a vote (default: no).")
  private boolean only;

  @Option(
      names = "--memory-share",
      order = 352,
      paramLabel = "X",
      description =
          "Share of the votes in a probability, above 0 and below 1 (default: the best of 0.1, 0.2"
              + " to 0.9 on the validation cases).")
  private @Nullable Float share;

  @Option(
      names = "--memory-sample",
      order = 353,
      paramLabel = "M",
      description =
          "The most recent sequences with an item of the user that are compared (default: 1500).")
  private @Nullable Integer sample;

  @Option(
      names = "--memory-nearest",
      order = 354,
      paramLabel = "K",
      description = "The most similar of these that vote (default: 288).")
  private @Nullable Integer nearest;

  @Option(
      names = "--memory-history",
      order = 355,
      paramLabel = "N",
      description = "Last events of the user that are compared, 1 to 9 (default: 4).")
  private @Nullable Integer history;

  /** {@return the memory that was asked for, or null for none} */
  @Nullable MemoryPlan plan() {
    if (!memory && !only) {
      if (share != null || sample != null || nearest != null || history != null) {
        throw wrongUsage("found an option of the memory, expected --memory or --memory-only too");
      }
      return null;
    }
    if (only && share != null) {
      throw wrongUsage("--memory-share: found a share of a memory that is alone, expected none");
    }
    if (share != null && !(share > 0 && share < 1)) {
      throw wrongUsage("--memory-share: found " + share + ", expected above 0 and below 1");
    }
    Search usual = Search.usual();
    try {
      Search search =
          new Search(
              sample == null ? usual.sample() : sample,
              nearest == null ? usual.nearest() : nearest,
              history == null ? usual.history() : history);
      return new MemoryPlan(search, only ? Float.valueOf(NeighbourMemory.ALONE) : share, only);
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage("--memory-" + Failure.oneSentence(mistake.getMessage()));
    }
  }
}
