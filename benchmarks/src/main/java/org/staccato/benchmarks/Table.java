package org.staccato.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A table of the result page, and its chart.
 *
 * @param title a description of one call
 * @param file the name of the table in the names of files
 * @param benchmarks the regular expression of the names of its series
 * @param peer the name of the series to which the others are compared
 * @param unit the unit of times
 * @param rate the work of a call, if it is of interest
 */
record Table(
    String title, String file, String benchmarks, String peer, TimeUnit unit, @Nullable Rate rate) {

  /** The tables of the page, in its order. */
  static final List<Table> ALL =
      List.of(
          new Table(
              "One step of a layer with as many inputs as hidden units",
              "step",
              "(Lstm|OnnxRuntime|Djl)Step\\..*",
              "OnnxRuntimeStep.onnxRuntime",
              TimeUnit.MICROSECONDS,
              null),
          new Table(
              "One step of a stream: two layers of 100 on 100 inputs, and a linear output",
              "stream",
              ".*Stream\\..*",
              "OnnxRuntimeStream.onnxRuntime",
              TimeUnit.MICROSECONDS,
              null),
          new Table(
              "A fresh window of 50 steps of two layers of 100 on 100 inputs",
              "window",
              ".*Window\\..*",
              "OnnxRuntimeWindow.onnxRuntime",
              TimeUnit.MICROSECONDS,
              null),
          new Table(
              "One step of a layer on an item whose inputs are folded into a row",
              "item",
              ".*ItemStep\\..*",
              "ItemStep.vector",
              TimeUnit.MICROSECONDS,
              null),
          new Table(
              "One step on an item of a block, and of its parts one after the other",
              "block",
              "BlockStep\\..*",
              "BlockStep.vector",
              TimeUnit.MICROSECONDS,
              null),
          new Table(
              "One step on an event with attributes",
              "event",
              "EventStep\\..*",
              "EventStep.vector",
              TimeUnit.MICROSECONDS,
              null),
          new Table(
              "The exact ten best of a catalogue, and only reading its weights",
              "ranking",
              ".*TopK\\..*|ReadBandwidth\\..*",
              "ReadBandwidth.read",
              TimeUnit.MICROSECONDS,
              Rate.GIGABYTES),
          new Table(
              "The twenty best of a catalogue by a network with a memory of sequences",
              "memory",
              "MemoryLookup\\..*",
              "MemoryLookup.vector",
              TimeUnit.MICROSECONDS,
              null),
          new Table(
              "One step of many users at once",
              "batch",
              ".*Batch\\..*",
              "OnnxRuntimeBatch.onnxRuntime",
              TimeUnit.MICROSECONDS,
              Rate.GIGAFLOPS),
          new Table(
              "One step of a layer, by the width of the vectors",
              "widths",
              "LstmWidth\\..*",
              "LstmWidth.vector512",
              TimeUnit.MICROSECONDS,
              null),
          new Table(
              "One step of 32 units on an item, with a scorer of one's own and with a borrowed one",
              "pool",
              "ScorerPool\\..*",
              "ScorerPool.owned",
              TimeUnit.NANOSECONDS,
              null),
          new Table(
              "One event of one of many users: a record, a step on a copy, and a step in place",
              "user-record",
              "UserRecord\\..*",
              "UserRecord.inPlace",
              TimeUnit.NANOSECONDS,
              null));

  /** Returns the file of the chart beside the page. */
  String chart() {
    return "kernels-" + file + ".svg";
  }

  /** Converts microseconds. */
  double inUnit(double micros) {
    return micros * TimeUnit.MICROSECONDS.toNanos(1) / unit.toNanos(1);
  }

  /** Returns the unit's symbol. */
  String symbol() {
    return switch (unit) {
      case NANOSECONDS -> "ns";
      case MICROSECONDS -> "µs";
      case MILLISECONDS -> "ms";
      default -> throw new IllegalStateException("no time of a call is given in " + unit);
    };
  }

  /** Returns the table's series in groups of equal values of those parameters that all have. */
  List<List<Series>> groups(List<Series> series) {
    List<Series> rows = series.stream().filter(each -> each.name().matches(benchmarks)).toList();
    Set<String> shared = new TreeSet<>();
    rows.forEach(row -> shared.addAll(row.parameters().keySet()));
    rows.forEach(row -> shared.retainAll(row.parameters().keySet()));
    Map<String, List<Series>> groups = new TreeMap<>();
    for (Series row : rows) {
      StringBuilder key = new StringBuilder();
      for (String parameter : shared) {
        String value = row.parameters().getOrDefault(parameter, "");
        key.append("%12s ".formatted(value)); // Makes 32 sort before 128.
      }
      groups.computeIfAbsent(key.toString(), absent -> new ArrayList<>()).add(row);
    }
    return List.copyOf(groups.values());
  }

  /** Returns the first peer in a row's group whose parameters agree with the row's. */
  Optional<Series> peerOf(Series row, List<Series> group) {
    return group.stream()
        .filter(other -> other.name().equals(peer) && !row.name().equals(peer))
        .filter(row::agreesWith)
        .findFirst();
  }
}
