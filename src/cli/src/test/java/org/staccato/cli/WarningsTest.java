package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The warnings about figures that deserve less trust. */
class WarningsTest {
  @TempDir private Path folder;

  /** Trains, checks that the terminal and the report have the warnings too, and returns them. */
  private List<String> warnings(Path log, Object... options) throws IOException {
    Path report = folder.resolve("report.html");
    List<Object> words =
        new ArrayList<>(List.of("train", log, "--output", folder.resolve("m"), "--json"));
    words.addAll(List.of("--report", report, "--embedding", 16, "--hidden", 16));
    words.addAll(options.length == 0 ? List.of("--epochs", 1) : List.of(options));
    CommandLineRun run = CommandLineRun.of(words.toArray());
    List<String> warnings = new ArrayList<>();
    ((List<?>) Objects.requireNonNull(run.json().get("warnings")))
        .forEach(each -> warnings.add(String.valueOf(each)));
    assertEquals(
        warnings,
        run.err()
            .lines()
            .filter(line -> line.startsWith("warning: "))
            .map(line -> line.substring(9))
            .toList());
    String html = Files.readString(report);
    warnings.forEach(warning -> assertTrue(html.contains("<li>" + warning + "</li>"), html));
    return warnings;
  }

  private Path log(int users, int events, int items) throws IOException {
    StringBuilder log = new StringBuilder("user,item,time\n");
    for (int user = 0; user < users; user++) {
      for (int event = 0; event < events; event++) {
        log.append(user).append(",i").append((user + event) % items).append(',').append(event);
        log.append('\n');
      }
    }
    return Files.writeString(folder.resolve("log.csv"), log);
  }

  @Test
  void oneItem() throws IOException {
    assertEquals(
        List.of("the catalogue has one item: every ranking is right, and no figure means anything"),
        warnings(log(120, 5, 1)));
  }

  @Test
  void oneUserAndFewCases() throws IOException {
    List<String> warnings = warnings(log(1, 40, 5));
    assertEquals(
        "the log has one user: the model learns nothing about the choices of others",
        warnings.get(0));
    assertEquals(
        "few validation cases (1): one more hit moves the hit rate by 1.000, so the figures are a"
            + " hint",
        warnings.get(1));
    assertTrue(warnings.get(2).startsWith("few test cases (1): "), warnings::toString);
  }

  @Test
  void aModelBelowCounting() throws IOException {
    // A Markov chain is certain of the next item, and a network that learns nothing does not know
    // it.
    List<String> warnings = warnings(log(150, 12, 40), "--epochs", 1, "--learning-rate", "1e-9");
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(
        warnings
            .getFirst()
            .matches(
                "the model is below counting on the test cases: NDCG@10 0\\.\\d{4}, Markov chain"
                    + " 1\\.0000"),
        warnings::toString);
    CommandLineRun evaluated =
        CommandLineRun.of("evaluate", folder.resolve("m"), folder.resolve("log.csv"), "--json");
    assertEquals(warnings, evaluated.json().get("warnings"));
    assertTrue(evaluated.err().contains("warning: " + warnings.getFirst()), evaluated.err());
  }

  @Test
  void nothingWhereAllIsWell() throws IOException {
    // The network soon learns a next item that counting is certain of, and an equal figure is not
    // below.
    Path log = log(150, 24, 12);
    assertEquals(List.of(), warnings(log, "--epochs", 30, "--learning-rate", 0.01));
  }
}
