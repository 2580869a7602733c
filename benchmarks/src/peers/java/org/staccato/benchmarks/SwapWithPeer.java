package org.staccato.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.staccato.format.WeightFile;
import org.staccato.live.LoadMode;
import org.staccato.load.openloop.Arrivals;
import org.staccato.load.scenario.LiveService;
import org.staccato.load.scenario.LoadOptions;
import org.staccato.load.scenario.ShiftedCopy;
import org.staccato.load.scenario.SwapPage;
import org.staccato.load.scenario.SwapScenario;
import org.staccato.network.Network;

/**
 * Swaps a model under load in turns with ONNX Runtime at the same rate, and writes one page of
 * both. The LSTM of ONNX Runtime has as many inputs and hidden units as the model's top layer.
 */
public final class SwapWithPeer {
  private static final int ITEMS = 10;
  private static final Duration PERIOD = Duration.ofMillis(100);

  private SwapWithPeer() {}

  /**
   * Measures and writes {@code swap.md} with its plots and histograms.
   *
   * @param arguments a weight file of a ranking; the folder for the page; the number of swaps,
   *     10,000 if absent; the share of a core, 0.5 if absent; the core to which the serving thread
   *     is bound, none if absent
   * @throws Exception if a model cannot be opened or swapped, or the page cannot be written
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2 || arguments.length > 5) {
      System.err.println("usage: SwapWithPeer FILE FOLDER [SWAPS [LOAD [CORE]]]");
      System.exit(2);
    }
    Path model = Path.of(arguments[0]);
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    long swaps = arguments.length > 2 ? Long.parseLong(arguments[2]) : 10_000;
    double share = arguments.length > 3 ? Double.parseDouble(arguments[3]) : 0.5;
    int core = arguments.length > 4 ? Integer.parseInt(arguments[4]) : -1;
    LoadOptions load =
        new LoadOptions(1, Arrivals.POISSON, 0, share, core, Duration.ofSeconds(5));
    Path second = Files.createTempFile("staccato-shifted-", ".safetensors");
    try {
      ShiftedCopy.write(model, second, 0.5f);
      int units = units(model);
      SwapScenario scenario =
          new SwapScenario(
              load,
              new SwapScenario.Length(swaps, PERIOD, PERIOD),
              List.of(model.toRealPath().toString(), second.toRealPath().toString()),
              System.err::println);
      String words =
          String.format(
              Locale.ROOT,
              "%s, a step and the %d best; ONNX Runtime 1.24.1: an LSTM %d/%d, a step",
              model.getFileName(),
              ITEMS,
              units,
              units);
      String command =
          "java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -cp"
              + " benchmarks/target/benchmarks.jar "
              + SwapWithPeer.class.getName()
              + " "
              + model.getFileName()
              + " perf/results "
              + swaps
              + " "
              + share
              + (core < 0 ? "" : " " + core);
      new SwapPage(
              scenario.run(
                  List.of(
                      LiveService.publishing(model, second, LoadMode.COPY, ITEMS, 1),
                      new OnnxRuntimeService(units))),
              words,
              command)
          .write(folder);
    } finally {
      Files.deleteIfExists(second);
    }
  }

  private static int units(Path model) throws Exception {
    try (WeightFile file = WeightFile.open(model)) {
      return Network.openScalar(file).specification().width();
    }
  }
}
