package org.staccato.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks and writes a page of results with a chart. The programs take turns: a round
 * gives each of them one JVM, so that a slow minute of the machine strikes all of them alike.
 */
public final class ResultPage {
  private static final String PEER = "OnnxRuntimeStep.onnxRuntime";
  private static final String COMPARED = "LstmStep.";
  private static final int WARM_UPS = 3;
  private static final int MEASUREMENTS = 3;

  private ResultPage() {}

  /**
   * Runs the set.
   *
   * @param arguments the folder for {@code step.md} and {@code step.svg}; the number of rounds, 3
   *     if absent; a regular expression of the benchmarks to run, all if absent
   * @throws RunnerException if a benchmark fails
   * @throws IOException if the page cannot be written
   */
  public static void main(String[] arguments) throws RunnerException, IOException {
    if (arguments.length < 1 || arguments.length > 3) {
      System.err.println("usage: ResultPage FOLDER [ROUNDS [BENCHMARKS]]");
      System.exit(2);
    }
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    Options options =
        new OptionsBuilder()
            .include(arguments.length > 2 ? arguments[2] : ".*")
            .forks(1)
            .warmupIterations(WARM_UPS)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(MEASUREMENTS)
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(GCProfiler.class)
            .build();
    List<RunResult> results = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      results.addAll(new Runner(options).run());
    }
    List<Series> series = collect(results);
    Files.writeString(folder.resolve("step.md"), page(series, rounds));
    Files.writeString(
        folder.resolve("step.svg"),
        BarChart.draw(
            "One call, median in microseconds",
            Machine.describe(),
            "OnnxRuntime",
            List.copyOf(byParameters(series).values())));
  }

  /** Puts the iterations of all rounds of the same benchmark together. */
  static List<Series> collect(Collection<RunResult> results) {
    Map<String, Series> all = new LinkedHashMap<>();
    for (RunResult result : results) {
      BenchmarkParams parameters = result.getParams();
      String name = name(parameters.getBenchmark());
      String sizes =
          parameters.getParamsKeys().stream()
              .sorted()
              .map(key -> key + " " + parameters.getParam(key))
              .collect(Collectors.joining(", "));
      List<Double> micros = new ArrayList<>();
      double allocated = 0;
      for (BenchmarkResult fork : result.getBenchmarkResults()) {
        for (IterationResult iteration : fork.getIterationResults()) {
          micros.add(iteration.getPrimaryResult().getScore());
        }
        Result<?> bytes = fork.getSecondaryResults().get("gc.alloc.rate.norm");
        allocated = Math.max(allocated, bytes == null ? Double.NaN : bytes.getScore());
      }
      Series here = new Series(name, sizes, micros, allocated);
      all.merge(name + sizes, here, ResultPage::join);
    }
    return List.copyOf(all.values());
  }

  private static Series join(Series a, Series b) {
    List<Double> micros = new ArrayList<>(a.micros());
    micros.addAll(b.micros());
    return new Series(a.name(), a.parameters(), micros, Math.max(a.allocated(), b.allocated()));
  }

  private static String name(String benchmark) {
    String[] parts = benchmark.split("\\.", -1);
    String type = parts[parts.length - 2].replace("Benchmark", "");
    return type + "." + parts[parts.length - 1];
  }

  private static Map<String, List<Series>> byParameters(List<Series> series) {
    Map<String, List<Series>> groups = new TreeMap<>();
    for (Series each : series) {
      String type = each.name().equals(PEER) ? COMPARED : each.name();
      String key = type.substring(0, type.indexOf('.')) + padded(each.parameters());
      groups.computeIfAbsent(key, absent -> new ArrayList<>()).add(each);
    }
    return groups;
  }

  /** Numbers of equal width, so that 32 sorts before 128. */
  private static String padded(String parameters) {
    StringBuilder key = new StringBuilder();
    for (String word : parameters.split(" ", -1)) {
      key.append(word.matches("\\d+") ? "%09d".formatted(Long.parseLong(word)) : word);
    }
    return key.toString();
  }

  private static String page(List<Series> series, int rounds) {
    StringBuilder page = new StringBuilder();
    page.append("# A step and a ranking\n\n");
    page.append(Machine.describe()).append(". ").append(LocalDate.now(ZoneOffset.UTC));
    page.append(
        String.format(
            Locale.ROOT,
            """
            . One thread, the machine otherwise idle.

            %d rounds in which the programs take turns, a fresh JVM each; %d s of warm-up, then %d iterations of 1 s. A figure is the
            mean of one iteration; the table has the median of all iterations, the least and the greatest. Bytes per call are JMH's
            `-prof gc`. The ratio is to ONNX Runtime's Java API on the same weights and sizes in the same run.

            ![medians](step.svg)

            | benchmark | sizes | median µs | least | greatest | bytes/call | ratio |
            |---|---|--:|--:|--:|--:|--:|
            """,
            rounds,
            WARM_UPS,
            MEASUREMENTS));
    for (List<Series> group : byParameters(series).values()) {
      for (Series each : group) {
        page.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %.0f | %s |%n",
                each.name(),
                each.parameters(),
                micros(each.median()),
                micros(each.least()),
                micros(each.greatest()),
                each.allocated(),
                ratio(each, group)));
      }
    }
    return page.append(
            """

            `LstmStep` is a whole step of one layer with as many inputs as hidden units (`size`), both products included. `ItemStep` is the same
            layer fed with an item whose input product was folded into a row at export, through the public API. `TopK` is the exact ten
            best of the whole catalogue. `OnnxRuntimeStep` is the network of `LstmStep` as an ONNX LSTM operator, state in and out.

            To repeat it:
            ```
            ./mvnw -Ppeers -DskipTests package -pl benchmarks -am
            java -cp benchmarks/target/benchmarks.jar org.staccato.benchmarks.ResultPage perf/results
            ```
            """)
        .toString();
  }

  private static String ratio(Series series, List<Series> group) {
    if (!series.name().startsWith(COMPARED)) {
      return "";
    }
    return group.stream()
        .filter(other -> other.name().equals(PEER))
        .map(peer -> String.format(Locale.ROOT, "%.3f", series.median() / peer.median()))
        .findFirst()
        .orElse("");
  }

  /** Formats microseconds to three significant digits. */
  static String micros(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
