package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.staccato.trainer.shop.ShopLog;
import org.staccato.trainer.shop.ShopOptions;

/** Signals to a process that trains: the best epoch so far is saved, and never half a file. */
class InterruptedTrainingTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  @TempDir private Path folder;
  private Path log = Path.of("");
  private Path model = Path.of("");

  @BeforeEach
  void makeLog() throws IOException {
    log = folder.resolve("shop.csv");
    model = folder.resolve("shop.safetensors");
    ShopLog.write(log, new ShopOptions(60, 60, 30, 7));
  }

  /**
   * A process that a shell put into the background may ignore Ctrl-C, and its children inherit
   * this.
   */
  private static void assumeNotIgnored(String signal) throws IOException {
    if (signal.equals("INT") && Files.exists(STATUS)) {
      for (String line : Files.readAllLines(STATUS)) {
        boolean ignored =
            line.startsWith("SigIgn:")
                && (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> 1 & 1) == 1;
        assumeFalse(ignored, "this process ignores Ctrl-C");
      }
    }
  }

  /** Sends a signal once a line of the process' standard error begins with a text. */
  private static CommandLineRun signalAfter(String begin, String signal, ProcessBuilder prepared)
      throws IOException, InterruptedException {
    Process process = prepared.start();
    StringBuilder err = new StringBuilder();
    try (BufferedReader lines = process.errorReader()) {
      boolean sent = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        err.append(line).append('\n');
        if (!sent && line.startsWith(begin)) {
          sent = true;
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
        }
      }
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new CommandLineRun("train", process.waitFor(), out, err.toString());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void theBestEpochSoFarIsWritten(String signal, int exitCode) throws Exception {
    assumeNotIgnored(signal);
    CommandLineRun run =
        signalAfter(
            "epoch  3",
            signal,
            ChildCommandLine.prepare(
                "train",
                log,
                "--output",
                model,
                "--epochs",
                100_000,
                "--patience",
                100_000,
                "--embedding",
                8,
                "--hidden",
                8));
    assertEquals(exitCode, run.exitCode(), run::toString);
    assertEquals("", run.out());
    String last = run.err().lines().toList().getLast();
    assertTrue(
        last.matches(
            "staccato: interrupted after epoch \\d+: wrote epoch \\d+, the best so far, to .*"
                + " which is not measured"),
        run::toString);
    assertEquals(List.of(log, model), files());
    assertTrue(CommandLineRun.of("verify", model).done().out().startsWith("OK"));
    Map<String, Object> inspected = CommandLineRun.of("inspect", model, "--json").json();
    Map<?, ?> provenance = (Map<?, ?>) Objects.requireNonNull(inspected.get("provenance"));
    assertTrue(last.contains("wrote epoch " + provenance.get("bestEpoch") + ","), last);
    assertTrue(last.contains("after epoch " + provenance.get("epochs") + ":"), last);
  }

  @Test
  void withoutAnEpochNothingIsWritten() throws Exception {
    Files.writeString(model, "what was there before");
    CommandLineRun run =
        signalAfter(
            "test  ",
            "TERM",
            ChildCommandLine.prepare(
                "train",
                log,
                "--output",
                model,
                "--hidden",
                512,
                "--embedding",
                512,
                "--batch-size",
                2));
    assertEquals(143, run.exitCode(), run::toString);
    assertTrue(run.err().contains("staccato: interrupted before the end of the first epoch: no"));
    assertEquals("what was there before", Files.readString(model));
    assertEquals(List.of(log, model), files());
  }

  @Test
  void theDemoSavesItsModelToo() throws Exception {
    CommandLineRun run =
        signalAfter(
            "epoch  1",
            "TERM",
            ChildCommandLine.prepare(
                "demo", "--directory", folder, "--users", 60, "--items", 60, "--epochs", 5000));
    assertEquals(143, run.exitCode(), run::toString);
    assertTrue(run.err().contains("the best so far, to " + model), run::toString);
    CommandLineRun.of("verify", model).done();
  }

  @Test
  void anInterruptWithinTheJvmHasAnExitCodeOfItsOwn() {
    Thread.currentThread().interrupt();
    CommandLineRun.of("train", log, "--output", model)
        .failed(ExitCode.INTERRUPTED, "no model was written");
    assertFalse(Thread.interrupted());
    assertFalse(Files.exists(model));
  }
}
