package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.trainer.shop.ShopLog;
import org.staccato.trainer.shop.ShopOptions;

/** One small model, trained once, and the files that {@code quantize} makes of it. */
class QuantizeTest {
  @TempDir private static Path shared;
  private static Path log;
  private static Path model;

  @TempDir private Path folder;
  private Path target = Path.of("");

  @BeforeAll
  static void train() throws IOException {
    log = shared.resolve("shop.csv");
    model = shared.resolve("shop.safetensors");
    ShopLog.write(log, new ShopOptions(60, 60, 30, 7));
    CommandLineRun.of(
            "train", log, "--output", model, "--embedding", 16, "--hidden", "24,16", "--epochs", 2)
        .done();
  }

  @BeforeEach
  void target() {
    target = folder.resolve("target.safetensors");
  }

  private static Object member(Map<?, ?> object, String name) {
    return Objects.requireNonNull(object.get(name), () -> name + " in " + object);
  }

  private static Map<?, ?> map(Map<?, ?> object, String name) {
    return (Map<?, ?>) member(object, name);
  }

  private static double number(Map<?, ?> object, String name) {
    return ((Number) member(object, name)).doubleValue();
  }

  @Test
  void bf16HalvesTheMatrices() throws IOException {
    Map<String, Object> object = CommandLineRun.of("quantize", model, target, "--json").json();
    assertEquals(number(object, "sourceMatrixBytes"), 2 * number(object, "matrixBytes"));
    assertEquals((double) Files.size(model), number(object, "sourceBytes"));
    assertEquals((double) Files.size(target), number(object, "bytes"));
    assertTrue(number(object, "largestError") <= number(object, "maxError"));
    Map<String, Object> verified = CommandLineRun.of("verify", target, "--json").json();
    assertEquals(object.get("digest"), verified.get("digest"));
  }

  @Test
  void everyMatrixMayHaveATypeOfItsOwn() throws IOException {
    CommandLineRun.of(
            "quantize",
            model,
            target,
            "--type",
            "i8",
            "--input",
            "bf16",
            "--recurrent",
            "f32",
            "--output",
            "bf16",
            "--no-coarse")
        .done();
    Map<String, Object> inspected = CommandLineRun.of("inspect", target, "--json").json();
    assertEquals(
        Map.of(
            "layer.0.recurrent", "F32",
            "layer.1.input", "BF16",
            "layer.1.recurrent", "F32",
            "head.next.weights", "BF16"),
        inspected.get("matrices"));
    Map<String, Object> source = CommandLineRun.of("inspect", model, "--json").json();
    assertFalse(source.containsKey("quantization"));
    Map<?, ?> quantization = map(inspected, "quantization");
    assertEquals(source.get("digest"), quantization.get("source"));
    assertEquals("BF16", map(quantization, "types").get("input"));
    assertEquals(source.get("provenance"), inspected.get("provenance"));
  }

  @Test
  void inspectShowsTheTypes() {
    CommandLineRun.of("quantize", model, target, "--type", "i8").done();
    String text = CommandLineRun.of("inspect", target).done().out();
    assertTrue(text.contains("layer.0.recurrent I8, layer.1.input I8"), text);
    assertTrue(text.contains("head.next.weights F32, head.next.coarse I8"), text);
    assertTrue(text.contains("largestError"), text);
  }

  @Test
  void bothFilesAreMeasuredOnALog() throws IOException {
    Map<String, Object> object =
        CommandLineRun.of("quantize", model, target, "--log", log, "--at", 5, "--json").json();
    Map<String, Object> evaluated =
        CommandLineRun.of("evaluate", model, log, "--at", 5, "--json").json();
    for (String part : List.of("validation", "test")) {
      List<?> results = (List<?>) member(object, part);
      assertEquals(3, results.size());
      Map<?, ?> source = (Map<?, ?>) results.get(0);
      Map<?, ?> quantized = (Map<?, ?>) results.get(1);
      Map<?, ?> change = (Map<?, ?>) results.get(2);
      Map<?, ?> first = (Map<?, ?>) ((List<?>) member(evaluated, part)).getFirst();
      for (String metric : List.of("hr@5", "mrr@5", "ndcg@5")) {
        assertEquals(first.get(metric), source.get(metric));
        assertEquals(
            number(quantized, metric) - number(source, metric), number(change, metric), 1e-12);
      }
    }
    String text = CommandLineRun.of("quantize", model, target, "--log", log).done().out();
    assertTrue(text.contains("matrices") && text.contains("change"), text);
  }

  @Test
  void theLastLineSaysWhatBecameOfSizeAndQuality() {
    CommandLineRun plain = CommandLineRun.of("quantize", model, target).done();
    String last = plain.out().lines().toList().getLast();
    assertTrue(
        last.matches(
            ".*target.safetensors: [\\d.]+ kB instead of [\\d.]+ kB \\([\\d.]+ %\\), scores off"
                + " by up to \\S+ of 1 \\+ the largest; --log FILE measures rankings"),
        last);
    assertFalse(plain.err().contains("warning"), plain.err());
    CommandLineRun measured =
        CommandLineRun.of("quantize", model, target, "--log", log, "--at", 5).done();
    last = measured.out().lines().toList().getLast();
    assertTrue(
        last.matches(
            ".*; NDCG@5 of the test cases 0\\.\\d{4} instead of 0\\.\\d{4} \\([+-][\\d.]+ %\\)"),
        last);
  }

  @Test
  void aFileThatGrewIsWarnedOf() throws IOException {
    Object[] words = {"quantize", model, target, "--type", "f32", "--coarse", "--json"};
    CommandLineRun run = CommandLineRun.of(words);
    Map<String, Object> object = run.json();
    assertTrue(number(object, "bytes") > number(object, "sourceBytes"));
    String warning = String.valueOf(((List<?>) member(object, "warnings")).getFirst());
    assertTrue(warning.startsWith("the file grew from ") && warning.contains("coarse"));
    assertTrue(run.err().contains("warning: " + warning), run.err());
  }

  @Test
  void theSourceMayBeReplaced() throws IOException {
    CommandLineRun.of("quantize", model, target).done();
    Path same = Files.copy(model, folder.resolve("same.safetensors"));
    CommandLineRun.of("quantize", same, same, "--log", log).done();
    assertArrayEquals(Files.readAllBytes(target), Files.readAllBytes(same));
  }

  @Test
  void anErrorAboveTheBoundIsRefused() throws IOException {
    CommandLineRun.of("quantize", model, target, "--type", "i8", "--max-error", "1e-9")
        .failed(ExitCode.BAD_INPUT, "shop.safetensors", "found errors", "expected at most 1.0E-9");
    requireNothingWritten();
    CommandLineRun.of("quantize", model, target, "--type", "i8", "--force").done();
    CommandLineRun.of("quantize", target, target, "--type", "f32")
        .failed(ExitCode.BAD_INPUT, "layer.0.recurrent", "found I8", "expected");
    CommandLineRun.of("verify", target).done();
  }

  @Test
  void badInputIsNamed() throws IOException {
    CommandLineRun.of("quantize", folder.resolve("none"), target)
        .failed(ExitCode.BAD_INPUT, "none", "no such file");
    CommandLineRun.of("quantize", log, target).failed(ExitCode.BAD_INPUT, "shop.csv");
    CommandLineRun.of("quantize", shared, target).failed(ExitCode.BAD_INPUT, shared.toString());
    CommandLineRun.of("quantize", model, target, "--log", folder.resolve("none.csv"))
        .failed(ExitCode.BAD_INPUT, "none.csv");
    requireNothingWritten();
  }

  @Test
  void wrongUsageIsNamed() throws IOException {
    CommandLineRun.of("quantize", model).failed(ExitCode.USAGE, "TARGET");
    CommandLineRun.of("quantize", model, target, "--type", "f16")
        .failed(ExitCode.USAGE, "f16", "f32, bf16, i8");
    CommandLineRun.of("quantize", model, target, "--output", "i8")
        .failed(ExitCode.USAGE, "output", "found I8", "expected F32 or BF16");
    CommandLineRun.of("quantize", model, target, "--max-error", "-1")
        .failed(ExitCode.USAGE, "--max-error", "-1");
    CommandLineRun.of("quantize", model, target, "--max-error", "1", "--force")
        .failed(ExitCode.USAGE, "--max-error", "--force");
    CommandLineRun.of("quantize", model, target, "--at", "0").failed(ExitCode.USAGE, "--at");
    CommandLineRun.of("quantize", model, target, "--threads", "0")
        .failed(ExitCode.USAGE, "--threads");
    requireNothingWritten();
  }

  @Test
  void aTargetThatCannotBeWrittenIsNamed() throws IOException {
    CommandLineRun.of("quantize", model, folder.resolve("none/target"))
        .failed(ExitCode.BAD_INPUT, "there is no folder");
    CommandLineRun.of("quantize", model, folder).failed(ExitCode.BAD_INPUT, "is a folder");
    requireNothingWritten();
  }

  private void requireNothingWritten() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }
}
