package org.staccato.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.staccato.live.LoadMode;
import org.staccato.load.openloop.Arrivals;
import org.staccato.load.scenario.LoadOptions;
import picocli.CommandLine.Option;

/** The options of a load on an open loop. */
final class ScenarioArguments {
  private static final int LONGEST_SECONDS = 86_400;
  private static final Path CORES = Path.of("/sys/devices/system/cpu");
  private static final int MOST_SWAPS = 1_000_000;

  /** The events during the load. */
  enum Scenario {
    /** Nothing. */
    STEADY,
    /** The model is swapped. */
    SWAP,
    /** The followed file is replaced, sometimes by a fault, and new users arrive. */
    SOAK
  }

  @Option(
      names = "--scenario",
      order = 10,
      paramLabel = "NAME",
      description = {
        "Instead of single calls, let requests arrive by a schedule, each a step and an answer,"
            + " and time them from their intended start:",
        "steady, swap (the model is swapped under the load, in turns with steady), or soak (a"
            + " followed file is replaced, sometimes by a fault, while users arrive) (default:"
            + " none, single calls)."
      })
  @Nullable Scenario scenario;

  @Option(
      names = "--with",
      order = 11,
      paramLabel = "FILE",
      description =
          "The version to swap with (default: MODEL with every score raised by a constant).")
  @Nullable Path with;

  @Option(
      names = "--swaps",
      order = 12,
      paramLabel = "N",
      description = "Number of swaps (default: ${DEFAULT-VALUE}).")
  long swaps = 600;

  @Option(
      names = "--period",
      order = 13,
      paramLabel = "MS",
      description = "Milliseconds from one swap to the next (default: ${DEFAULT-VALUE}).")
  private double period = 100;

  @Option(
      names = "--rate",
      order = 14,
      paramLabel = "R",
      description = "Requests a second, of all threads together (default: as --load says).")
  private double rate;

  @Option(
      names = "--load",
      order = 15,
      paramLabel = "SHARE",
      description = "Choose the rate that takes this share of a core (default: ${DEFAULT-VALUE}).")
  private double load = 0.5;

  @Option(
      names = "--threads",
      order = 16,
      paramLabel = "N",
      description = "Threads that serve (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--arrivals",
      order = 17,
      paramLabel = "HOW",
      description = "poisson or fixed (default: poisson).")
  private Arrivals arrivals = Arrivals.POISSON;

  @Option(
      names = "--core",
      order = 18,
      paramLabel = "N",
      description =
          "Bind the first thread to this core and the next ones to those after it; start the JVM"
              + " under taskset to keep its other threads away (default: not bound).")
  private int core = -1;

  @Option(
      names = "--memory",
      order = 19,
      paramLabel = "HOW",
      description = "The way of versions into memory: map or copy (default: copy).")
  LoadMode memory = LoadMode.COPY;

  @Option(
      names = "--faults",
      order = 20,
      paramLabel = "N",
      description =
          "In a soak, the number of replacements of which one is a fault; 0 for none (default:"
              + " ${DEFAULT-VALUE}).")
  int faults = 100;

  @Option(
      names = "--output",
      order = 21,
      paramLabel = "FOLDER",
      description =
          "Write a page of results, its plots and .hgrm files into this existing folder (default:"
              + " none).")
  @Nullable Path output;

  /** {@return the time from one swap to the next} */
  Duration period() {
    return Duration.ofNanos(Math.round(period * 1e6));
  }

  /** {@return the default duration of a scenario} */
  static double usualSeconds(Scenario scenario) {
    return scenario == Scenario.SOAK ? 1200 : 60;
  }

  /** {@return the load, after a check of the options} */
  LoadOptions options(Verb verb, double warmup) {
    if (!(period >= 1 && period <= LONGEST_SECONDS * 1e3)) {
      throw verb.wrongUsage("--period: found " + period + ", expected 1 ms to a day");
    }
    if (swaps < 1 || swaps > MOST_SWAPS) {
      throw verb.wrongUsage("--swaps: found " + swaps + ", expected 1 to " + MOST_SWAPS);
    }
    if (threads < 1 || threads > 1024) {
      throw verb.wrongUsage("--threads: found " + threads + ", expected 1 to 1024");
    }
    if (!(rate >= 0 && rate <= 1e9)) {
      throw verb.wrongUsage("--rate: found " + rate + ", expected more than 0 and at most 1e9");
    }
    if (!(load > 0 && load <= threads)) {
      throw verb.wrongUsage(
          "--load: found " + load + ", expected more than 0 and at most one core for each thread");
    }
    if (core < -1 || faults < 0) {
      throw verb.wrongUsage("--core and --faults must be at least 0");
    }
    int last = core + threads - 1;
    if (core >= 0 && Files.isDirectory(CORES) && !Files.isDirectory(CORES.resolve("cpu" + last))) {
      throw verb.wrongUsage("--core: found " + last + ", which is not a core of this machine");
    }
    return new LoadOptions(
        threads, arrivals, rate, load, core, Duration.ofNanos(Math.round(warmup * 1e9)));
  }
}
