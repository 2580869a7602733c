package org.staccato.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.MultisetStatistics;

/** The page states the measurements, tested on made-up figures. */
class ResultPageTest {
  private static final Map<String, String> SHOP = Map.of("items", "100", "size", "64");

  private static final List<Series> SERIES =
      List.of(
          series("LstmStep.scalar", Map.of("size", "128"), 40, 60),
          series("LstmStep.vector", Map.of("size", "128"), 4, 5, 3),
          series("LstmStep.vector", Map.of("size", "32"), 0.25),
          series("LstmWidth.scalar", Map.of("size", "128"), 40, 60),
          series("LstmWidth.vector512", Map.of("size", "128"), 4),
          series("OnnxRuntimeStep.onnxRuntime", Map.of("size", "128"), 10),
          series("OnnxRuntimeStep.onnxRuntime", Map.of("size", "32"), 5),
          sampled("OnnxRuntimeStream.onnxRuntime", 20),
          series("PreparedStream.vector", Map.of(), 5),
          series("ReadBandwidth.read", with(SHOP, "bytes", "4"), 1),
          series("ReadBandwidth.read", with(SHOP, "bytes", "1"), 0.5),
          series("Int8TopK.vector", with(SHOP, "bytes", "1"), 2),
          series("TopK.vector", SHOP, 2.56));

  @Test
  void tablesHaveGroupsRatiosPercentilesAndRates() {
    String page = new KernelPage(SERIES).page(0.25, 2, "a command").text();
    assertEquals(
        """
        ## One step of a layer with as many inputs as hidden units

        ![medians](kernels-step.svg)

        | benchmark | sizes | median µs | least | greatest | bytes/call | ratio to OnnxRuntimeStep.onnxRuntime |
        |---|--:|--:|--:|--:|--:|--:|
        | LstmStep.vector | size 32 | 0.250 | 0.250 | 0.250 | 0 | 0.050 |
        | OnnxRuntimeStep.onnxRuntime | size 32 | 5.00 | 5.00 | 5.00 | 0 |  |
        | LstmStep.scalar | size 128 | 50.0 | 40.0 | 60.0 | 0 | 5.000 |
        | LstmStep.vector | size 128 | 4.00 | 3.00 | 5.00 | 0 | 0.400 |
        | OnnxRuntimeStep.onnxRuntime | size 128 | 10.0 | 10.0 | 10.0 | 0 |  |

        ## One step of a stream: two layers of 100 on 100 inputs, and a linear output

        ![medians](kernels-stream.svg)

        | benchmark | median µs | least | greatest | p50 | p99 | bytes/call | ratio to OnnxRuntimeStream.onnxRuntime |
        |---|--:|--:|--:|--:|--:|--:|--:|
        | OnnxRuntimeStream.onnxRuntime | 20.0 | 20.0 | 20.0 | 19.0 | 50.0 | 456 |  |
        | PreparedStream.vector | 5.00 | 5.00 | 5.00 |  |  | 0 | 0.250 |

        ## The exact ten best of a catalogue, and only reading its weights

        ![medians](kernels-ranking.svg)

        | benchmark | sizes | median µs | least | greatest | bytes/call | ratio to ReadBandwidth.read | GB/s |
        |---|--:|--:|--:|--:|--:|--:|--:|
        | ReadBandwidth.read | bytes 4, items 100, size 64 | 1.00 | 1.00 | 1.00 | 0 |  | 25.6 |
        | ReadBandwidth.read | bytes 1, items 100, size 64 | 0.500 | 0.500 | 0.500 | 0 |  | 12.8 |
        | Int8TopK.vector | bytes 1, items 100, size 64 | 2.00 | 2.00 | 2.00 | 0 | 4.000 | 3.20 |
        | TopK.vector | items 100, size 64 | 2.56 | 2.56 | 2.56 | 0 | 2.560 | 10.0 |

        ## One step of a layer, by the width of the vectors

        ![medians](kernels-widths.svg)

        | benchmark | sizes | median µs | least | greatest | bytes/call | ratio to LstmWidth.vector512 |
        |---|--:|--:|--:|--:|--:|--:|
        | LstmWidth.scalar | size 128 | 50.0 | 40.0 | 60.0 | 0 | 12.500 |
        | LstmWidth.vector512 | size 128 | 4.00 | 4.00 | 4.00 | 0 |  |
        """,
        page.substring(page.indexOf("## One step")));
    assertTrue(page.contains("A load of 0.25 before the run."), page);
    assertTrue(page.contains("a fresh JVM each: 2;"), page);
    assertTrue(page.contains("\na command\n"), page);
  }

  @Test
  void aChartHasABarPerSeriesAndFadesThePeers() {
    Table step = Table.ALL.getFirst();
    String chart = new KernelPage(SERIES).chart(step).svg();
    assertEquals(3, chart.split("class=\"bar\"", -1).length - 1);
    assertEquals(2, chart.split("class=\"peer\"", -1).length - 1);
  }

  @Test
  void everyBenchmarkHasATable() {
    OutputFormat silent =
        OutputFormatFactory.createFormatInstance(
            new PrintStream(new ByteArrayOutputStream()), VerboseMode.SILENT);
    Set<BenchmarkListEntry> all = BenchmarkList.defaultList().getAll(silent, List.of());
    assertFalse(all.isEmpty());
    for (BenchmarkListEntry each : all) {
      String name = SeriesCollector.name(each.getUsername());
      assertTrue(Table.ALL.stream().anyMatch(table -> name.matches(table.benchmarks())), name);
    }
  }

  private static Series series(String name, Map<String, String> parameters, double... means) {
    List<Double> list = Arrays.stream(means).boxed().toList();
    return new Series(name, new TreeMap<>(parameters), list, null, 0);
  }

  private static Series sampled(String name, double mean) {
    MultisetStatistics calls = new MultisetStatistics();
    calls.addValue(19, 98);
    calls.addValue(50, 2);
    return new Series(name, new TreeMap<>(), List.of(mean), calls, 456);
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> result = new TreeMap<>(map);
    result.put(key, value);
    return result;
  }
}
