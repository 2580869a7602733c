package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

  @Test
  void withoutAVerbShowsTheVerbs() {
    CommandLineRun run = CommandLineRun.of();
    run.failed(ExitCode.USAGE, "train", "recommend", "Exit codes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "train",
        "evaluate",
        "recommend",
        "inspect",
        "verify",
        "quantize",
        "latency",
        "version"
      })
  void everyVerbExplainsItselfWithAnExample(String verb) {
    CommandLineRun help = CommandLineRun.of(verb, "--help").done();
    assertTrue(help.out().contains("Usage: staccato " + verb), help.out());
    assertTrue(help.out().contains("Example"), help.out());
    assertTrue(help.out().contains("--json"), help.out());
    assertEquals("", help.err());
    assertEquals(help.out(), CommandLineRun.of("help", verb).done().out());
  }

  @Test
  void helpExplainsAllVerbsOrOne() {
    String all = CommandLineRun.of("--help").done().out();
    assertEquals(all, CommandLineRun.of("help").done().out());
    assertTrue(all.contains("quantize") && all.contains("Exit codes"), all);
    CommandLineRun.of("help", "trian").failed(ExitCode.USAGE, "'trian'", "did you mean 'train'?");
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    String line = CommandLineRun.of("--version").done().out();
    assertTrue(line.matches("staccato \\d+\\.\\d+\\.\\d+\\S*  JDK 25\\.\\S+ .*\\R"), line);
    assertEquals(line, CommandLineRun.of("version").done().out());
    assertEquals(
        line.split(" ", -1)[1], CommandLineRun.of("version", "--json").json().get("version"));
  }

  @Test
  void aTypoHasOneSuggestion() {
    CommandLineRun.of("trian").failed(ExitCode.USAGE, "'trian'", "; did you mean 'train'?\n");
    CommandLineRun.of("evaluat").failed(ExitCode.USAGE, "; did you mean 'evaluate'?\n");
    CommandLineRun nothingLike = CommandLineRun.of("xyzzy");
    nothingLike.failed(ExitCode.USAGE, "'xyzzy', expected one of demo, train");
    assertFalse(nothingLike.err().contains("did you mean"), nothingLike.err());
    CommandLineRun.of("train", "x", "--outptu", "y")
        .failed(ExitCode.USAGE, "unknown option '--outptu'; did you mean '--output'?");
    CommandLineRun.of("train", "x", "--time-p", "y")
        .failed(ExitCode.USAGE, "unknown option '--time-p'; did you mean '--time-pattern'?");
    CommandLineRun.of("train", "x", "--no-exclude-sen")
        .failed(ExitCode.USAGE, "did you mean '--no-exclude-seen'?");
  }

  @Test
  void unknownOptionsAndArgumentsAreNamed() {
    CommandLineRun.of("train", "--bogus").failed(ExitCode.USAGE, "unknown option '--bogus'");
    CommandLineRun.of("verify", "a", "--fast").failed(ExitCode.USAGE, "--fast");
    CommandLineRun.of("verify", "a", "b").failed(ExitCode.USAGE, "'b' after all");
    CommandLineRun.of("verify").failed(ExitCode.USAGE, "MODEL", "verify --help");
  }

  @Test
  void optionsOutOfRangeAreWrongUsage() {
    CommandLineRun.of("train", "log", "--dropout", "1").failed(ExitCode.USAGE, "dropout", "1");
    CommandLineRun.of("train", "log", "--epochs", "0").failed(ExitCode.USAGE, "epochs", "0");
    CommandLineRun.of("train", "log", "--hidden", "0").failed(ExitCode.USAGE, "hidden size");
    CommandLineRun.of("train", "log", "--at", "0").failed(ExitCode.USAGE, "--at");
    CommandLineRun.of("train", "log", "--metric", "auc").failed(ExitCode.USAGE, "ndcg@10");
    CommandLineRun.of("train", "log", "--order", "x").failed(ExitCode.USAGE, "oldest-first");
    CommandLineRun.of("train", "log", "--format", "xml").failed(ExitCode.USAGE, "gru4rec");
    CommandLineRun.of("train", "log", "--columns", "who=x").failed(ExitCode.USAGE, "who", "user");
    CommandLineRun.of("train", "log", "--validation", "v").failed(ExitCode.USAGE, "--test");
    CommandLineRun.of("latency", "m", "--seconds", "0").failed(ExitCode.USAGE, "--seconds");
    CommandLineRun.of("latency", "m", "-k", "0").failed(ExitCode.USAGE, "-k", "0");
    CommandLineRun.of("latency", "m", "--output", "f").failed(ExitCode.USAGE, "--scenario");
    CommandLineRun.of("latency", "m", "--scenario", "swop").failed(ExitCode.USAGE, "soak");
    CommandLineRun.of("latency", "m", "--scenario", "swap", "--svg", "f")
        .failed(ExitCode.USAGE, "--output");
    for (String wrong :
        List.of("--swaps=0", "--period=0", "--rate=-1", "--load=2", "--threads=0", "--core=-2")) {
      CommandLineRun.of("latency", "m", "--scenario", "swap", wrong)
          .failed(ExitCode.USAGE, wrong.substring(0, wrong.indexOf('=')));
    }
    CommandLineRun.of("recommend", "m").failed(ExitCode.USAGE, "--history");
    CommandLineRun.of("recommend", "m", "--user", "u").failed(ExitCode.USAGE, "log");
    CommandLineRun.of("demo", "--users", "0").failed(ExitCode.USAGE, "users", "0");
  }

  @Test
  void figuresAreShownWithTheirUnits() {
    assertEquals("1,234,567", Figures.count(1_234_567));
    assertEquals("25.0 %", Figures.share(1, 4));
    assertEquals("", Figures.share(0, 0));
    assertEquals("999 B", Figures.bytes(999));
    assertEquals("1.5 MB", Figures.bytes(1_500_000));
    assertEquals("0.317", Figures.micros(317));
    assertEquals("9.9 s", Figures.seconds(9.9));
    assertEquals("1 min 1 s", Figures.seconds(61));
    assertEquals("2 h 3 min", Figures.seconds(7_384));
  }
}
