package org.staccato.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every scenario of the latency verb, in short runs. */
class LatencyScenariosTest {
  @TempDir private static Path folder;
  private static Path model = Path.of("");

  @BeforeAll
  static void train() throws IOException {
    model = SmallModel.in(folder).file();
  }

  private static CommandLineRun run(String scenario, Object... more) {
    List<Object> words = new ArrayList<>(List.of("latency", model, "--scenario", scenario));
    words.addAll(List.of("--rate", 1000, "--warmup", 0.1, "--period", 40));
    words.addAll(List.of(more));
    return CommandLineRun.of(words.toArray());
  }

  private static long number(Map<String, Object> object, String name) {
    return ((Number) Objects.requireNonNull(object.get(name), name)).longValue();
  }

  @Test
  void swapNeedsOneModelAndWritesItsPage() throws IOException {
    Path output = Files.createDirectory(folder.resolve("swap"));
    Map<String, Object> object = run("swap", "--swaps", 8, "--output", output, "--json").json();
    assertEquals(0, number(object, "errors"));
    assertEquals(0, number(object, "ofNeither"));
    assertTrue(number(object, "ofFirst") > 0 && number(object, "ofSecond") > 0, object::toString);
    // A swap that takes longer than the period takes the place of others.
    assertTrue(number(object, "swaps") >= 1, object::toString);
    String page = Files.readString(output.resolve("swap.md"));
    assertTrue(page.contains("--scenario swap --swaps 8 --period 40 --rate 1000"), page);
    for (String file : List.of("swap.svg", "swap-timeline.svg", "steady.hgrm", "swap.hgrm")) {
      assertTrue(Files.size(output.resolve(file)) > 0, file);
    }
  }

  @Test
  void swapTakesAnotherModelThatMustAnswerOtherwise() {
    run("swap", "--swaps", 2, "--with", model).failed(ExitCode.BAD_INPUT, "shop.safetensors");
    run("swap", "--swaps", 2, "--with", folder.resolve("none"))
        .failed(ExitCode.BAD_INPUT, "none", "no such file");
  }

  @Test
  void steadyAndSoakPrintWhatTheyMeasured() {
    CommandLineRun steady = run("steady", "--seconds", 0.2, "--arrivals", "fixed").done();
    assertTrue(steady.out().contains("Staccato, steady"), steady::toString);
    CommandLineRun soak = run("soak", "--seconds", 0.5, "--faults", 3, "--memory", "map").done();
    assertTrue(soak.out().contains("files rejected"), soak::toString);
  }

  @Test
  void aPageNamesTheCommandThatRepeatsTheRun() throws IOException {
    Path output = Files.createDirectory(folder.resolve("soak"));
    List<Object> words = new ArrayList<>(List.of("latency", model, "--scenario", "soak"));
    words.addAll(List.of("--seconds", 0.5, "--period", 12.5, "--faults", 3, "--rate", 750.5));
    words.addAll(List.of("--memory", "map", "--threads", 2, "--arrivals", "fixed"));
    words.addAll(List.of("--warmup", 0.125, "-k", 7, "--output", output));
    CommandLineRun.of(words.toArray()).done();
    String page = Files.readString(output.resolve("soak.md"));
    String options =
        words.subList(2, words.size()).stream().map(Object::toString).collect(joining(" "));
    String command = "./staccato latency " + model.getFileName() + " " + options;
    assertTrue(page.contains(command), () -> command + "\n" + page);
  }
}
