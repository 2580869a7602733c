package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

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
    CommandLineRun.of("verify", "a", "b").failed(ExitCode.USAGE, "found 'b', expected no further");
    CommandLineRun.of("verify").failed(ExitCode.USAGE, "MODEL", "verify --help");
  }

  @Test
  void optionsOutOfRangeAreWrongUsage() {
    CommandLineRun.of("train", "log", "--dropout", "1").failed(ExitCode.USAGE, "dropout", "1");
    CommandLineRun.of("train", "log", "--epochs", "0").failed(ExitCode.USAGE, "epochs", "0");
    CommandLineRun.of("train", "log", "--hidden", "0")
        .failed(ExitCode.USAGE, "units: found 0, expected 1 to 4096");
    CommandLineRun.of("train", "log", "--cell", "rnn").failed(ExitCode.USAGE, "lstm, gru");
    CommandLineRun.of("train", "log", "--feed-forward", "-1")
        .failed(ExitCode.USAGE, "feed-forward: found -1, expected 0");
    CommandLineRun.of("train", "log", "--residual", "--hidden", "64,32")
        .failed(
            ExitCode.USAGE, "found a layer of 32 units on a vector of 64, expected equal widths");
    CommandLineRun.of("train", "log", "--loss", "none")
        .failed(ExitCode.USAGE, "expected one of full, sampled, bpr-max, gbce");
    CommandLineRun.of("train", "log", "--negatives", "0")
        .failed(ExitCode.USAGE, "negatives: found 0, expected at least 1");
    CommandLineRun.of("train", "log", "--loss", "gbce", "--label-smoothing", "0.1")
        .failed(ExitCode.USAGE, "label smoothing: found 0.1, expected 0 for a loss of a sample");
    CommandLineRun.of("train", "log", "--warm-up", "1")
        .failed(ExitCode.USAGE, "warm-up: found 1.0, expected at least 0 and below 1");
    CommandLineRun.of("train", "log", "--optimizer", "sgd")
        .failed(ExitCode.USAGE, "expected one of adam, adagrad, momentum");
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
    CommandLineRun.of("latency", "m", "--scenario", "swap", "--core", "99999")
        .failed(ExitCode.USAGE, "--core", "99999");
    CommandLineRun.of("latency", "m", "--scenario", "swap", "--core")
        .failed(ExitCode.USAGE, "--core");
    CommandLineRun.of("train", "log", "--time-pattern", "H:mm")
        .failed(ExitCode.USAGE, "time pattern", "H:mm");
    CommandLineRun.of("recommend", "m").failed(ExitCode.USAGE, "--history");
    CommandLineRun.of("recommend", "m", "--user", "u").failed(ExitCode.USAGE, "log");
    CommandLineRun.of("demo", "--users", "0").failed(ExitCode.USAGE, "users", "0");
  }

  @Test
  void everyHelpNamesTheDefaults() {
    int checked = 0;
    for (CommandLine verb : SilentCommands.all().getSubcommands().values()) {
      for (OptionSpec option : verb.getCommandSpec().options()) {
        if (option.arity().max() > 0 || option.negatable()) {
          String described = String.join(" ", option.description());
          assertTrue(described.matches(".*\\((no )?default: [^$]+\\).*"), described);
          checked++;
        }
      }
    }
    assertTrue(checked > 80, checked + " options");
    CommandLineRun help = CommandLineRun.of("train", "--help").done();
    String text = help.out().replaceAll("\\s+", " ");
    assertTrue(text.contains("over the events (default: 16; for short sequences 8)"), text);
    assertTrue(text.contains("(default: 0.003; for short sequences 0.004)"), text);
    assertTrue(text.contains("(default: cosine)"), text);
  }

  @Test
  void aFailureIsOneJsonObjectWhereAskedFor() throws IOException {
    requireFailure("USAGE", 2, "train", "log", "--bogus", "--json");
    requireFailure("USAGE", 2, "train", "log", "--epochs", "0", "--json");
    requireFailure("BAD_INPUT", 3, "train", "none.csv", "--output", "none/m", "--json");
    Map<String, Object> log = requireFailure("BAD_INPUT", 3, "train", "none.csv", "--json");
    assertEquals("none.csv", log.get("file"));
    assertEquals("no such file", log.get("found"));
  }

  private static Map<String, Object> requireFailure(String reason, int exitCode, Object... words)
      throws IOException {
    CommandLineRun run = CommandLineRun.of(words);
    assertEquals(exitCode, run.exitCode(), run::toString);
    assertEquals(1, run.out().lines().count(), run::toString);
    Map<String, Object> object = JSON.std.mapFrom(run.out());
    assertEquals(false, object.get("ok"));
    assertEquals(reason, object.get("reason"));
    assertEquals(exitCode, object.get("exitCode"));
    assertTrue(run.err().contains(": " + object.get("message") + "\n"), run::toString);
    return object;
  }

  @Test
  void wordsAreQuotedForAShellWhereTheyHaveToBe() {
    assertEquals("shop-1.safetensors", Verb.shellWord("shop-1.safetensors"));
    assertEquals("--columns=user=a,item=b", Verb.shellWord("--columns=user=a,item=b"));
    assertEquals("'a folder/shop'", Verb.shellWord("a folder/shop"));
    assertEquals("'it'\\''s $HOME'", Verb.shellWord("it's $HOME"));
    assertEquals("''", Verb.shellWord(""));
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--objective rating --memory | --memory belongs to --objective next",
        "--objective click --items items.csv --item-columns words=title | --items belongs to --objective next",
        "--objective click --report r.html | --report belongs to --objective next",
        "--objective rating --loss sampled | --loss and its options belong to --objective next",
        "--objective rating --refit | --resume, --resumable and --refit belong to",
        "--items items.csv --item-columns words=title --memory | --memory and --items do not go together",
        "--items items.csv --item-columns words=title --loss sampled | --items goes with --loss full",
        "--items items.csv --item-columns words=title --resumable | --resume and --resumable do not go with --items",
        "--items items.csv --item-columns words=title --hold-out-items 5% --refit | --refit does not go with --hold-out-items",
        "--attributes gap --convolution 3 | attributes of events and --convolution do not go",
        "--memory --refit | --resumable and --refit do not go with a memory",
      })
  void whatDoesNotGoTogetherIsToldBeforeALogIsRead(String options, String sentence) {
    Object[] line = ("train absent.csv " + options).split(" ", -1);
    CommandLineRun.of(line).failed(ExitCode.USAGE, sentence);
  }
}
