package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same events in every form that a log may have: each form gives the same model. */
class LogInputTest {
  @TempDir private static Path folder;
  private static List<String> rows = List.of();
  private static Path log = Path.of("");
  private static Map<?, ?> data = Map.of();

  @BeforeAll
  static void train() throws IOException {
    SmallModel model = SmallModel.in(folder);
    log = model.log();
    rows = Files.readAllLines(log);
    data = data(trainOn(log));
  }

  private static CommandLineRun trainOn(Object log, Object... options) {
    return CommandLineRun.of(words(log, options));
  }

  private static Object[] words(Object log, Object... options) {
    List<Object> words = new ArrayList<>(List.of("train", log, "--output", folder.resolve("m")));
    words.addAll(List.of("--embedding", 8, "--hidden", 8, "--epochs", 1, "--json"));
    words.addAll(List.of(options));
    return words.toArray();
  }

  private static Map<?, ?> data(CommandLineRun run) throws IOException {
    return (Map<?, ?>) Objects.requireNonNull(run.json().get("data"));
  }

  @Test
  void jsonLines() throws IOException {
    String[] names = rows.getFirst().split(",", -1);
    List<String> lines = new ArrayList<>();
    for (String row : rows.subList(1, rows.size())) {
      String[] fields = row.split(",", -1);
      StringBuilder line = new StringBuilder("{");
      for (int i = 0; i < names.length; i++) {
        line.append(i == 0 ? "" : ",").append('"').append(names[i]).append("\":\"");
        line.append(fields[i]).append('"');
      }
      lines.add(line.append("}").toString());
    }
    assertEquals(data, data(trainOn(Files.write(folder.resolve("shop.jsonl"), lines))));
  }

  @Test
  void standardInputPlainAndPacked() throws Exception {
    Path packed = folder.resolve("shop.gz");
    try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(log, gzip);
    }
    for (Path input : List.of(log, packed)) {
      ProcessBuilder child = ChildCommandLine.prepare(words("-"));
      CommandLineRun run = ChildCommandLine.run(child.redirectInput(input.toFile()));
      assertEquals(data, data(run));
    }
    CommandLineRun nothing =
        ChildCommandLine.run(
            ChildCommandLine.prepare(words("-")).redirectInput(Path.of("/dev/null").toFile()));
    assertEquals(ExitCode.BAD_INPUT.code(), nothing.exitCode());
    assertTrue(nothing.err().contains("standard input: found an empty file"), nothing::toString);
  }

  @Test
  void brokenRowsAreCountedAndTold() throws IOException {
    List<String> damaged = new ArrayList<>(rows);
    for (int i = 0; i < 12; i++) {
      damaged.add(10 + 3 * i, i % 2 == 0 ? "\"1,2" : "no row");
    }
    Path file = Files.write(folder.resolve("damaged.csv"), damaged);
    CommandLineRun.of("train", file, "--output", folder.resolve("none"))
        .failed(ExitCode.BAD_INPUT, "damaged.csv, line 11", "--skip-broken");
    CommandLineRun run = trainOn(file, "--skip-broken", "2%");
    Map<?, ?> read = data(run);
    assertEquals(12, read.get("dropped.broken"));
    assertEquals(10, ((List<?>) Objects.requireNonNull(read.get("broken"))).size());
    assertEquals(data.get("log.events"), read.get("log.events"));
    assertTrue(run.err().contains("12 broken rows"), run.err());
    assertEquals(10, run.err().lines().filter(line -> line.startsWith("broken ")).count());
    assertTrue(run.err().contains("damaged.csv, line 11: found"), run.err());
    // The options of the log also apply when the model is measured on the log again.
    CommandLineRun.of("evaluate", folder.resolve("m"), file).done();
  }

  @Test
  void ratingsThatNobodyAsksForMayBeAnything() throws IOException {
    List<String> rated = new ArrayList<>(List.of(rows.getFirst().replace(',', ';') + ";rating"));
    for (String row : rows.subList(1, rows.size())) {
      rated.add(row.replace(',', ';') + ";4,5");
    }
    Path file = Files.write(folder.resolve("rated.csv"), rated);
    assertEquals(data, data(trainOn(file)));
    assertEquals(data, data(trainOn(file, "--decimal-comma", "--minimum-value", 4)));
  }

  @Test
  void historiesComeAsAListOrAFileAndKeysMayHaveCommas() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("commas.csv"),
            String.join("\n", rows).replaceAll("tea-(\\d+)", "\"tea, no. $1\""));
    Path model = folder.resolve("commas");
    CommandLineRun.of(
            "train", file, "--output", model, "--embedding", 8, "--hidden", 8, "--epochs", 1)
        .done();
    List<String> history = List.of("tea, no. 01", "tea, no. 02");
    Path keys = Files.writeString(folder.resolve("keys"), "tea, no. 01\n\n tea, no. 02 \n");
    Map<String, Object> listed =
        CommandLineRun.of(
                "recommend", model, "--json", "--history", "\"tea, no. 01\" , \"tea, no. 02\"")
            .json();
    assertEquals(history, listed.get("history"));
    assertEquals(
        listed, CommandLineRun.of("recommend", model, "--json", "--history", "@" + keys).json());
    CommandLineRun denied =
        CommandLineRun.of(
            "recommend", model, "--json", "--history", "@" + keys, "--deny", "\"tea, no. 03\"");
    assertFalse(denied.done().out().contains("no. 03"), denied::toString);
    CommandLineRun.of("recommend", model, "--history", "\"tea, no. 01")
        .failed(ExitCode.BAD_INPUT, "quotes");
    CommandLineRun.of("recommend", model, "--history", "@" + folder.resolve("none"))
        .failed(ExitCode.BAD_INPUT, "none", "no such file");
    Path latin = Files.write(folder.resolve("latin"), new byte[] {'t', (byte) 0xE9, '\n'});
    CommandLineRun.of("recommend", model, "--history", "@" + latin)
        .failed(ExitCode.BAD_INPUT, "latin", "UTF-8");
  }
}
