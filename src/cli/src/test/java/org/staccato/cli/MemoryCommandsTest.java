package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.trainer.shop.ShopLog;
import org.staccato.trainer.shop.ShopOptions;

/** Models with a memory of sessions: trained, shown, measured, and given more sessions. */
class MemoryCommandsTest {
  @TempDir private Path folder;

  private Path log = Path.of("");
  private Path model = Path.of("");

  @BeforeEach
  void writeLog() throws IOException {
    log = folder.resolve("shop.csv");
    model = folder.resolve("shop.safetensors");
    ShopLog.write(log, new ShopOptions(40, 30, 20, 7));
  }

  private Map<String, Object> train(Object... options) throws IOException {
    Object[] usual = {
      "train", log, "-o", model, "--embedding", 8, "--hidden", 8, "--epochs", 1, "--json"
    };
    Object[] all = Arrays.copyOf(usual, usual.length + options.length);
    System.arraycopy(options, 0, all, usual.length, options.length);
    return CommandLineRun.of(all).json();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> memoryOf(Map<String, Object> network) {
    List<Map<String, Object>> heads =
        (List<Map<String, Object>>) Objects.requireNonNull(network.get("heads"));
    assertEquals("NEIGHBOUR_MEMORY", heads.getLast().get("kind"));
    return heads.getLast();
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> specification() throws IOException {
    Map<String, Object> shown = CommandLineRun.of("inspect", model, "--json").json();
    return (Map<String, Object>) Objects.requireNonNull(shown.get("specification"));
  }

  private static double number(Map<String, Object> object, String member) {
    return Double.parseDouble(String.valueOf(object.get(member)));
  }

  @Test
  void aNetworkWithAMemoryIsTrainedShownAndMeasured() throws IOException {
    Path report = folder.resolve("report.html");
    Map<String, Object> trained =
        train("--memory", "--memory-history", 3, "--memory-nearest", 50, "--report", report);
    Map<String, Object> memory = memoryOf(specification());
    assertEquals(3, memory.get("history"));
    assertEquals(50, memory.get("nearest"));
    assertEquals(1500, memory.get("sample"));
    double share = number(memory, "share");
    assertTrue(share >= 0.1 - 1e-6 && share <= 0.9 + 1e-6, () -> "share " + share);
    String shown = CommandLineRun.of("inspect", model).done().out();
    assertTrue(shown.contains("the last 3 events, share " + (float) share), shown);
    assertTrue(Files.readString(report).contains("memory of"));
    Map<String, Object> evaluated = CommandLineRun.of("evaluate", model, log, "--json").json();
    assertEquals(trained.get("digest"), evaluated.get("digest"));
    CommandLineRun.of("recommend", model, "--history", "1", "--skip-unknown", "--json").done();
    CommandLineRun.of("verify", model).done();
  }

  @Test
  void aMemoryAloneMeasuresAsTheBaseline() throws IOException {
    Path report = folder.resolve("report.html");
    String tables =
        CommandLineRun.of(
                "train",
                log,
                "-o",
                model,
                "--memory-only",
                "--baselines",
                "vmis-knn",
                "--report",
                report)
            .done()
            .out();
    List<String> own = tables.lines().filter(line -> line.startsWith("  staccato  ")).toList();
    List<String> baseline = tables.lines().filter(line -> line.startsWith("  VMIS-kNN  ")).toList();
    assertEquals(
        baseline.getFirst().replaceFirst("VMIS-kNN", "staccato").replaceAll(" +", " "),
        own.getFirst().replaceAll(" +", " "));
    assertTrue(tables.contains("alone"), tables);
    assertFalse(Files.readString(report).contains("LSTM of 1 "));
  }

  @Test
  void sessionsAreAddedWithoutTraining() throws IOException {
    train("--memory", "--memory-share", 0.25);
    Map<String, Object> before = memoryOf(specification());
    byte[] bytes = Files.readAllBytes(model);
    Path more = folder.resolve("more.csv");
    ShopLog.write(more, new ShopOptions(40, 30, 5, 8));
    Path target = folder.resolve("tomorrow.safetensors");
    Map<String, Object> added =
        CommandLineRun.of("add-sessions", model, more, "--output", target, "--json").json();
    assertArrayEquals(bytes, Files.readAllBytes(model));
    assertEquals(before.get("sequences"), added.get("sequencesBefore"));
    assertTrue(number(added, "sequences") > number(added, "sequencesBefore"));
    String words = CommandLineRun.of("add-sessions", model, more).done().out();
    assertTrue(words.contains("added "), words);
    assertArrayEquals(Files.readAllBytes(target), Files.readAllBytes(model));
    assertEquals(0.25, number(memoryOf(specification()), "share"));
  }

  @Test
  void mistakesAreToldBeforeAnythingIsWritten() throws IOException {
    CommandLineRun.of("train", log, "-o", model, "--memory-share", "0.5")
        .failed(ExitCode.USAGE, "--memory");
    CommandLineRun.of("train", log, "-o", model, "--memory", "--memory-share", "1")
        .failed(ExitCode.USAGE, "--memory-share: found 1.0");
    CommandLineRun.of("train", log, "-o", model, "--memory-only", "--memory-share", "0.5")
        .failed(ExitCode.USAGE, "--memory-share");
    CommandLineRun.of("train", log, "-o", model, "--memory", "--memory-history", "10")
        .failed(ExitCode.USAGE, "--memory-history: found 10, expected 1 to 9");
    assertFalse(Files.exists(model));
    train();
    byte[] plain = Files.readAllBytes(model);
    CommandLineRun.of("add-sessions", model, log).failed(ExitCode.BAD_INPUT, "memory: found none");
    assertArrayEquals(plain, Files.readAllBytes(model));
  }
}
