package org.staccato.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.staccato.load.report.MarkdownPage;

/**
 * Measures the time of a fresh JVM from its start to its first answer and to its first fast
 * answers, for each way to open a model, and writes a page of results.
 */
public final class ColdStart {

  /** A way to open a model. */
  private record Way(String name, String mode, List<String> options) {}

  private static final List<String> VECTORS = List.of("--add-modules", "jdk.incubator.vector");

  private static final List<Way> WAYS =
      List.of(
          new Way("`open`, vector", "warm", VECTORS),
          new Way("`open` cold, scalar, then vector", "cold", VECTORS),
          new Way("`open`, scalar", "warm", List.of("-Dstaccato.backend=scalar")));

  private static final List<String> COLUMNS =
      List.of(
          "open ms",
          "first answer ms",
          "that answer µs",
          "fast from ms",
          "steady p50 µs",
          "steady p99 µs",
          "p99 of the first 500 µs",
          "off its core in the last slow window ms",
          "compiling in it ms");

  /** The column that decides which run was fast last. */
  private static final int FAST_FROM = 3;

  private ColdStart() {}

  /**
   * Measures and writes {@code warm-up.md}.
   *
   * @param arguments a weight file of a ranking; the folder for the page; the number of runs of
   *     each way, 5 if absent
   * @throws IOException if a JVM cannot be started or the page cannot be written
   * @throws InterruptedException if this thread is interrupted
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < 2 || arguments.length > 3) {
      System.err.println("usage: ColdStart FILE FOLDER [RUNS]");
      System.exit(2);
    }
    int runs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
    List<List<double[]>> results = new ArrayList<>();
    WAYS.forEach(way -> results.add(new ArrayList<>()));
    for (int run = 0; run < runs; run++) {
      for (int i = 0; i < WAYS.size(); i++) {
        results.get(i).add(probe(WAYS.get(i), arguments[0]));
      }
    }
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    page(Path.of(arguments[0]), runs, results).write(folder.resolve("warm-up.md"));
  }

  private static double[] probe(Way way, String file) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(way.options());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ColdStartProbe.class.getName(), file, way.mode()));
    command.add(Long.toString(System.currentTimeMillis()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(file + ": the probe failed: " + String.join(" ", command));
    }
    return Arrays.stream(line.strip().split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  private static MarkdownPage page(Path file, int runs, List<List<double[]>> results)
      throws IOException {
    MarkdownPage page =
        new MarkdownPage(
            "Warm-up",
            CommandLine.of(
                List.of(), ColdStart.class, List.of(file.getFileName(), "perf/results", runs)),
            """
            Medians of %d fresh JVMs a row, which take turns; in brackets the least and the greatest. Milliseconds from the request for the JVM.

            The model is %s, %,d bytes. From the first answer on there are 5,000 a second, each a step and the ten best. "Fast" is the time after which no window of 500
            answers has a p99 above twice the steady one, which is that of the last 2 of 10 s. Of the last slow window, the two last columns say for how long of its 100 ms the answering thread, which
            never waits, was not on its core, and for how long compiler threads were at work. The line below each way is the run of it that was fast last.\
            """,
            runs,
            file.getFileName(),
            Files.size(file));
    page.table(Stream.concat(Stream.of("way"), COLUMNS.stream()).toArray(String[]::new));
    for (int i = 0; i < WAYS.size(); i++) {
      List<double[]> ofWay = results.get(i);
      page.row("%s | %s", WAYS.get(i).name(), cells(column -> spread(ofWay, column)));
      double[] last =
          ofWay.stream().max(Comparator.comparingDouble(run -> run[FAST_FROM])).orElseThrow();
      page.row("of these, fast last | %s", cells(column -> digits(last[column])));
    }
    return page;
  }

  private static String cells(IntFunction<String> cell) {
    return IntStream.range(0, COLUMNS.size()).mapToObj(cell).collect(Collectors.joining(" | "));
  }

  /** Writes the median, the least and the greatest value of a column. */
  private static String spread(List<double[]> runs, int column) {
    double[] values = runs.stream().mapToDouble(run -> run[column]).sorted().toArray();
    return String.format(
        "%s (%s–%s)",
        digits(values[values.length / 2]), digits(values[0]), digits(values[values.length - 1]));
  }

  private static String digits(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.1f", value);
  }
}
