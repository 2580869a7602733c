package org.staccato.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the benchmarks and writes a page of tables, each with a chart.
 *
 * <p>A table has every benchmark whose name matches its regular expression; the name of {@code
 * FooBenchmark.bar} is {@code Foo.bar}. A new benchmark therefore needs only a name:
 *
 * <ul>
 *   <li>stream and window: {@code …StreamBenchmark}, {@code …WindowBenchmark}, on the weights of
 *       {@code StreamNetwork}, in the modes AverageTime, which gives the median, and SampleTime,
 *       which gives p50 and p99;
 *   <li>ranking: {@code …TopKBenchmark} with the parameters {@code items}, {@code size} and, unless
 *       it is 4, {@code bytes} of a weight;
 *   <li>batch: {@code …BatchBenchmark} with the parameters {@code users}, {@code size} and, unless
 *       it is 1, {@code layers}; a call is a step of all users;
 *   <li>widths: methods {@code vector} and a number of bits in {@code LstmWidthBenchmark}.
 * </ul>
 *
 * <p>Rows are grouped by the parameters that all rows of the table have, and compared with the
 * table's peer in the group whose parameters are the same. A new table is a line in {@code Table};
 * tables without results are left out.
 */
public final class ResultPage {
  private ResultPage() {}

  /**
   * Runs the set.
   *
   * @param arguments the folder for {@code kernels.md} and its charts; the number of rounds, 3 if
   *     absent; a regular expression of the benchmarks to run, all if absent
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
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    List<Series> series =
        SeriesCollector.collect(Rounds.run(rounds, arguments.length > 2 ? arguments[2] : ".*"));
    KernelPage kernels = new KernelPage(series);
    kernels.page(Math.max(0, load), rounds, command(arguments)).write(folder.resolve("kernels.md"));
    for (Table table : Table.ALL) {
      if (!table.groups(series).isEmpty()) {
        kernels.chart(table).write(folder.resolve(table.chart()));
      }
    }
  }

  private static String command(String[] arguments) {
    StringBuilder command =
        new StringBuilder("java -cp benchmarks/target/benchmarks.jar ")
            .append(ResultPage.class.getName());
    for (String argument : arguments) {
      command.append(argument.matches("[\\w./-]+") ? " " + argument : " '" + argument + "'");
    }
    return command.toString();
  }
}
