package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.WeightFile;
import org.staccato.trainer.shop.ShopLog;
import org.staccato.trainer.shop.ShopOptions;

/** One small model, trained once, and every verb on it. */
class WholeRoadTest {
  private static final int ITEMS = 60;
  private static final String KNOWN = "tea-01,tea-02,tea-03";

  @TempDir private static Path folder;
  private static Path log;
  private static Path model;
  private static Map<String, Object> training = Map.of();
  private static String report = "";

  @BeforeAll
  static void train() throws IOException {
    log = folder.resolve("shop.csv");
    model = folder.resolve("shop.safetensors");
    ShopLog.write(log, new ShopOptions(60, ITEMS, 30, 7));
    training = trainTo(model).json();
    report = Files.readString(folder.resolve("report.html"));
  }

  private static CommandLineRun trainTo(Path file) {
    return CommandLineRun.of(
        "train",
        log,
        "--output",
        file,
        "--report",
        folder.resolve("report.html"),
        "--embedding",
        16,
        "--hidden",
        16,
        "--epochs",
        2,
        "--drop-repeats",
        "--json");
  }

  private static Object member(Map<String, Object> object, String name) {
    return Objects.requireNonNull(object.get(name), () -> name + " in " + object);
  }

  private static List<?> list(Map<String, Object> object, String name) {
    return (List<?>) member(object, name);
  }

  private static Map<?, ?> map(Map<String, Object> object, String name) {
    return (Map<?, ?>) member(object, name);
  }

  private static long number(Map<String, Object> object, String name) {
    return ((Number) member(object, name)).longValue();
  }

  private static List<String> recommended(Map<String, Object> object) {
    List<String> keys = new ArrayList<>();
    for (Object each : list(object, "recommendations")) {
      keys.add(String.valueOf(((Map<?, ?>) each).get("item")));
    }
    return keys;
  }

  @Test
  void trainReportsTheModelBesideTheBaselines() throws IOException {
    assertEquals(4, list(training, "test").size());
    assertEquals(4, list(training, "validation").size());
    assertEquals(2, list(training, "epochs").size());
    assertEquals(64, String.valueOf(training.get("digest")).length());
    assertEquals(Files.size(model), number(training, "bytes"));
    assertTrue(report.contains("NDCG") && report.contains("consecutive repeats"), report);
    // The date, the version and the command of the run, and its figures.
    assertTrue(report.contains("2026-01-01T00:00:00Z, staccato " + Version.number()), report);
    assertTrue(report.contains("./staccato train " + log + " --output " + model), report);
    assertTrue(report.contains("NDCG@10 of the best baseline, "), report);
    assertTrue(report.contains("equal to recall") && report.contains("mean reciprocal"), report);
    Map<?, ?> example = (Map<?, ?>) list(training, "examples").getFirst();
    assertTrue(report.contains("then came " + example.get("next")), report);
    for (Object item : (List<?>) Objects.requireNonNull(example.get("recommended"))) {
      assertTrue(report.contains(item.toString()), item::toString);
    }
  }

  @Test
  void blocksOfLayersAreTrainedAndShown() throws IOException {
    Path blocks = folder.resolve("blocks.safetensors");
    Path page = folder.resolve("blocks.html");
    List<Object> words = new ArrayList<>(List.of("train", log, "--output", blocks));
    words.addAll(List.of("--report", page, "--embedding", 16, "--hidden", "16,16"));
    words.addAll(List.of("--cell", "gru", "--layer-norm", "--residual", "--feed-forward", 2));
    words.addAll(List.of("--epochs", 1));
    CommandLineRun.of(words.toArray()).done();
    String layers =
        "layer normalisation, GRU of 16 units, residual around the last 2, layer normalisation,"
            + " feed-forward network of 32, residual around the last 2";
    String report = Files.readString(page);
    assertTrue(report.contains(layers + ", " + layers + ", layer normalisation"), report);
    assertTrue(report.contains("A GRU of 16 + 16 hidden units over"), report);
    CommandLineRun inspected = CommandLineRun.of("inspect", blocks);
    inspected.done();
    assertTrue(inspected.out().contains("layers   " + layers), inspected.out());
    CommandLineRun.of("verify", blocks).done();
  }

  @Test
  void theSameTrainingWritesTheSameBytes() throws IOException {
    Path again = folder.resolve("again.safetensors");
    trainTo(again).done();
    assertArrayEquals(Files.readAllBytes(model), Files.readAllBytes(again));
  }

  @Test
  void withoutATerminalProgressIsOneLinePerEpoch() {
    CommandLineRun run =
        CommandLineRun.of(
            "train",
            log,
            "--output",
            folder.resolve("lines"),
            "--hidden",
            8,
            "--embedding",
            8,
            "--epochs",
            1);
    run.done();
    assertFalse(run.err().contains("\r") || run.err().contains("\u001b"), run.err());
    assertEquals(1, run.err().lines().filter(line -> line.startsWith("epoch ")).count());
    assertTrue(run.out().contains("staccato") && run.out().contains("NDCG@10"), run.out());
  }

  @Test
  void evaluateRepeatsTheSplitOfTheTraining() throws IOException {
    Map<String, Object> evaluation = CommandLineRun.of("evaluate", model, log, "--json").json();
    assertEquals(withoutDiversity(training, "test"), list(evaluation, "test"));
    assertEquals(withoutDiversity(training, "validation"), list(evaluation, "validation"));
    assertEquals(training.get("slices"), evaluation.get("slices"));
    assertEquals(0, evaluation.get("unknownItems"));
  }

  /** Leaves out what is measured by embeddings, which a weight file no longer has. */
  private static List<Map<Object, Object>> withoutDiversity(
      Map<String, Object> object, String part) {
    List<Map<Object, Object>> results = new ArrayList<>();
    for (Object result : list(object, part)) {
      Map<Object, Object> kept = new LinkedHashMap<>((Map<?, ?>) result);
      assertTrue(kept.keySet().removeIf(name -> name.toString().startsWith("diversity@")));
      results.add(kept);
    }
    return results;
  }

  @Test
  void evaluateComparesTwoModelsOnTheSameCases() throws IOException {
    Map<String, Object> evaluation =
        CommandLineRun.of(
                "evaluate", model, log, "--compare", model, "--baselines", "vmis-knn", "--json")
            .json();
    assertEquals(3, list(evaluation, "test").size());
    for (Object each : list(evaluation, "comparison")) {
      assertEquals(1.0, ((Map<?, ?>) each).get("p"), "a model does not differ from itself");
    }
    String text = CommandLineRun.of("evaluate", model, log, "--compare", model).done().out();
    assertTrue(text.contains("95 % intervals") && text.contains("randomisation test"), text);
  }

  @Test
  void baselinesThatDoNotExistAreRefused() {
    CommandLineRun.of("evaluate", model, log, "--baselines", "knn")
        .failed(ExitCode.USAGE, "--baselines: baseline: found 'knn'");
  }

  @Test
  void evaluateCountsWhatTheModelDoesNotKnow() throws IOException {
    Path other = folder.resolve("other.csv");
    ShopLog.write(other, new ShopOptions(40, 2 * ITEMS, 30, 8));
    Map<String, Object> evaluation = CommandLineRun.of("evaluate", model, other, "--json").json();
    assertTrue(number(evaluation, "unknownItems") > 0);
    CommandLineRun.of("evaluate", model, other, "--split", "temporal", "--test-days", 3).done();
  }

  @Test
  void recommendRanksWhatWasNotSeen() throws IOException {
    Map<String, Object> object =
        CommandLineRun.of("recommend", model, "--history", KNOWN, "-k", 5, "--json").json();
    List<String> items = recommended(object);
    assertEquals(5, items.size());
    for (String seen : List.of("tea-01", "tea-02", "tea-03")) {
      assertFalse(items.contains(seen), items::toString);
    }
    CommandLineRun text = CommandLineRun.of("recommend", model, "--history", KNOWN).done();
    assertTrue(text.out().contains(items.getFirst()), text.out());
  }

  @Test
  void recommendHasNoMoreThanTheCatalogue() throws IOException {
    assertEquals(
        ITEMS,
        recommended(
                CommandLineRun.of(
                        "recommend",
                        model,
                        "--history",
                        KNOWN,
                        "-k",
                        1_000_000,
                        "--no-exclude-seen",
                        "--json")
                    .json())
            .size());
    assertEquals(
        ITEMS - 3,
        recommended(
                CommandLineRun.of("recommend", model, "--history", KNOWN, "-k", 1000, "--json")
                    .json())
            .size());
    CommandLineRun.of("recommend", model, "--history", KNOWN, "-k", 0)
        .failed(ExitCode.USAGE, "-k", "0");
  }

  @Test
  void recommendHeedsAllowAndDeny() throws IOException {
    Path denied = Files.writeString(folder.resolve("denied.txt"), "tea-05\n\nnone-such\n");
    assertEquals(
        List.of("tea-04"),
        recommended(
            CommandLineRun.of(
                    "recommend",
                    model,
                    "--history",
                    KNOWN,
                    "--allow",
                    "tea-04,tea-05",
                    "--deny",
                    "@" + denied,
                    "--json")
                .json()));
    CommandLineRun.of("recommend", model, "--history", KNOWN, "--deny", "@none.txt")
        .failed(ExitCode.BAD_INPUT, "none.txt");
  }

  @Test
  void recommendNamesUnknownItemsOrSkipsThem() throws IOException {
    CommandLineRun.of("recommend", model, "--history", "tea-01,kettle,saucer")
        .failed(ExitCode.BAD_INPUT, "kettle", "saucer", "--skip-unknown");
    Map<String, Object> skipped =
        CommandLineRun.of(
                "recommend", model, "--history", "tea-01,kettle", "--skip-unknown", "--json")
            .json();
    assertEquals(List.of("kettle"), skipped.get("unknown"));
  }

  @Test
  void recommendForSomebodyNew() throws IOException {
    assertEquals(
        10,
        recommended(CommandLineRun.of("recommend", model, "--history", "", "--json").json())
            .size());
  }

  @Test
  void recommendTakesTheHistoryOfAUserFromALog() throws IOException {
    Map<String, Object> object =
        CommandLineRun.of("recommend", model, log, "--user", 1, "--json").json();
    assertFalse(list(object, "history").isEmpty());
    CommandLineRun.of("recommend", model, log, "--user", "nobody")
        .failed(ExitCode.BAD_INPUT, "nobody");
  }

  @Test
  void inspectShowsSpecificationTensorsAndProvenance() throws IOException {
    Map<String, Object> object = CommandLineRun.of("inspect", model, "--json").json();
    assertEquals(training.get("digest"), object.get("digest"));
    assertFalse(list(object, "tensors").isEmpty());
    assertTrue(map(object, "provenance").containsKey("recipe"));
    assertTrue(map(object, "specification").containsKey("heads"));
    assertEquals("2026-01-01T00:00:00Z", map(object, "provenance").get("date"));
    assertEquals(Version.number(), map(object, "provenance").get("version"));
    CommandLineRun text = CommandLineRun.of("inspect", model).done();
    assertTrue(text.out().contains("head.next.weights"), text.out());
    assertTrue(
        text.out().contains("trained  2026-01-01T00:00:00Z by staccato " + Version.number()),
        text.out());
  }

  @Test
  void verifySaysOk() throws IOException {
    assertEquals(true, CommandLineRun.of("verify", model, "--json").json().get("ok"));
    assertTrue(CommandLineRun.of("verify", model).done().out().startsWith("OK"));
  }

  @Test
  void latencyMeasuresThreeSeriesAndWritesThem() throws IOException {
    Path svg = folder.resolve("latency.svg");
    Map<String, Object> object =
        CommandLineRun.of(
                "latency",
                model,
                "--seconds",
                0.1,
                "--warmup",
                0.1,
                "--hgrm",
                folder,
                "--svg",
                svg,
                "--json")
            .json();
    Map<?, ?> nanos = map(object, "nanos");
    assertEquals(
        List.of("step", "prepared step", "top-10", "step + top-10"), List.copyOf(nanos.keySet()));
    assertTrue(Files.readString(svg).startsWith("<svg"));
    assertTrue(Files.readString(svg).contains(" cores, "));
    assertTrue(Files.readString(svg).contains("2026-01-01T00:00:00Z"));
    for (String file :
        List.of("step.hgrm", "prepared-step.hgrm", "top-10.hgrm", "step-and-top-10.hgrm")) {
      assertTrue(Files.readString(folder.resolve(file)).contains("Percentile"), file);
    }
    CommandLineRun text =
        CommandLineRun.of("latency", model, "--seconds", 0.05, "--warmup", 0, "-k", 1000).done();
    assertTrue(text.out().contains("p99.99") && text.out().contains("timer"), text.out());
  }

  @Test
  void aCutFileIsRejected() throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    for (int length : new int[] {0, 7, 100, bytes.length / 2, bytes.length - 1}) {
      Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(bytes, length));
      for (String verb : List.of("verify", "inspect", "latency")) {
        CommandLineRun.of(verb, cut).failed(ExitCode.BAD_INPUT, cut.toString());
      }
    }
  }

  @Test
  void aFlippedBitIsRejected() throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    for (int at : new int[] {3, 20, bytes.length / 3, bytes.length - 1}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x10;
      Path flipped = Files.write(folder.resolve("flipped"), damaged);
      CommandLineRun.of("verify", flipped).failed(ExitCode.BAD_INPUT, flipped.toString());
      CommandLineRun.of("recommend", flipped, "--history", KNOWN).failed(ExitCode.BAD_INPUT);
    }
  }

  @Test
  void aNewerFormatVersionIsNamed() throws IOException {
    String text = Files.readString(model, StandardCharsets.ISO_8859_1);
    String key = "\"staccato.format.version\":";
    String newer =
        text.replace(
            key + "\"" + WeightFile.FORMAT_VERSION + "\"",
            key + "\"" + (WeightFile.FORMAT_VERSION + 1) + "\"");
    Path file = Files.writeString(folder.resolve("newer"), newer, StandardCharsets.ISO_8859_1);
    CommandLineRun rejected = CommandLineRun.of("verify", file);
    rejected.failed(ExitCode.BAD_INPUT, "version", Integer.toString(WeightFile.FORMAT_VERSION + 1));
  }

  @Test
  void somethingElseThanAModelIsRejected() {
    CommandLineRun.of("verify", log).failed(ExitCode.BAD_INPUT, "shop.csv");
    CommandLineRun.of("evaluate", log, log).failed(ExitCode.BAD_INPUT, "shop.csv");
    CommandLineRun.of("verify", folder).failed(ExitCode.BAD_INPUT, folder.toString());
    CommandLineRun.of("verify", folder.resolve("none"))
        .failed(ExitCode.BAD_INPUT, "none", "no such file");
  }

  @Test
  void verifyGivesTheReasonAsJson() throws IOException {
    Path empty = Files.write(folder.resolve("empty"), new byte[0]);
    CommandLineRun run = CommandLineRun.of("verify", empty, "--json");
    assertEquals(ExitCode.BAD_INPUT.code(), run.exitCode());
    assertTrue(run.out().contains("\"ok\":false") && run.out().contains("\"EMPTY\""), run.out());
  }

  @Test
  void aStackTraceIsShownOnlyWhenAskedFor() {
    CommandLineRun run = CommandLineRun.of("verify", log, "--stacktrace");
    assertTrue(run.err().contains("\tat "), run.err());
  }

  @Test
  void demoGoesTheWholeRoad() throws IOException {
    Path demo = folder.resolve("demo");
    Map<String, Object> object =
        CommandLineRun.of(
                "demo",
                "--directory",
                demo,
                "--users",
                40,
                "--items",
                50,
                "--epochs",
                1,
                "--seconds",
                0.05,
                "--json")
            .json();
    assertEquals(6, list(object, "examples").size());
    for (String file : List.of("shop.csv", "shop.safetensors", "report.html", "latency.svg")) {
      assertTrue(Files.size(demo.resolve(file)) > 0, file);
    }
    CommandLineRun text =
        CommandLineRun.of(
            "demo",
            "--directory",
            demo,
            "--users",
            40,
            "--items",
            50,
            "--epochs",
            1,
            "--seconds",
            0.05);
    text.done();
    assertTrue(text.out().contains("What to try next"), text.out());
  }
}
