package org.staccato.load.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.live.LoadMode;
import org.staccato.load.openloop.Arrivals;
import org.staccato.load.openloop.Requests;
import org.staccato.load.scenario.SwapOutcome.OfService;

/** The scenarios on small models, each for a second. */
class ScenariosTest {
  private static final Duration PERIOD = Duration.ofMillis(50);
  private static final LoadOptions LOAD =
      new LoadOptions(1, Arrivals.POISSON, 2000, 0.5, -1, Duration.ofMillis(100));

  @TempDir private static Path folder;
  private static Path first;
  private static Path second;

  @BeforeAll
  static void write() throws IOException {
    first = ServedModels.write(folder.resolve("first.safetensors"), 1);
    second = ServedModels.write(folder.resolve("second.safetensors"), 2);
  }

  private static SwapOutcome swap(LoadMode mode, int threads, LoadOptions load) throws Exception {
    SwapScenario.Length length = new SwapScenario.Length(10, PERIOD, PERIOD);
    return new SwapScenario(
            load, length, List.of("/first.safetensors", "/second.safetensors"), line -> {})
        .run(List.of(LiveService.publishing(first, second, mode, 5, threads)));
  }

  @Test
  void swappingServesBothVersionsAndNothingElse() throws Exception {
    for (LoadMode mode : LoadMode.values()) {
      LoadOptions two = new LoadOptions(2, Arrivals.FIXED, 0, 0.05, -1, Duration.ofMillis(100));
      SwapOutcome outcome = swap(mode, 2, two);
      OfService measured = outcome.services().getFirst();
      assertTrue(outcome.rate() > 0);
      assertEquals(
          0, measured.service().errors(), () -> measured.service().firstError().toString());
      assertEquals(0, measured.service().answers().foreign());
      assertTrue(measured.service().answers().of(0) > 0 && measured.service().answers().of(1) > 0);
      assertTrue(measured.swaps() >= 10, measured.swaps() + " swaps");
      assertEquals(0, measured.service().closed().process().mappings());
      assertEquals(
          measured.service().before().service().bytes(),
          measured.service().after().service().bytes());
    }
  }

  @Test
  void thePageOfASwapHoldsWhatWasMeasured() throws Exception {
    SwapOutcome outcome = swap(LoadMode.COPY, 1, LOAD);
    OfService measured = outcome.services().getFirst();
    Path pages = Files.createDirectory(folder.resolve("swap"));
    new SwapPage(outcome, "a small model", "the command").write(pages);
    String page = Files.readString(pages.resolve("swap.md"));
    for (String expected :
        List.of(
            "a small model",
            "the command",
            String.format("%,d |", measured.steady().count()),
            String.format("%,d |", measured.swap().count()),
            String.format("| %.2f |", measured.swap().ratioTo(measured.steady(), 99)),
            "| Staccato | " + measured.swaps() + " |",
            "| Staccato | 0 | " + String.format("%,d |", measured.service().answers().of(0)),
            "| Staccato, closed | 0 | 0 | 0 |")) {
      assertTrue(page.contains(expected), expected + " in " + page);
    }
    for (String file : List.of("steady.hgrm", "swap.hgrm", "swap.svg", "swap-timeline.svg")) {
      assertTrue(Files.size(pages.resolve(file)) > 0, file);
    }
  }

  @Test
  void aSteadyLoadHasAPageWithoutSwaps() throws Exception {
    SwapOutcome outcome =
        new SwapScenario(
                LOAD,
                new SwapScenario.Length(0, PERIOD, Duration.ofMillis(300)),
                List.of(),
                line -> {})
            .run(List.of(LiveService.publishing(first, second, LoadMode.COPY, 5, 1)));
    Path pages = Files.createDirectory(folder.resolve("steady"));
    new SwapPage(outcome, "a small model", "the command").write(pages);
    String page = Files.readString(pages.resolve("steady.md"));
    assertTrue(page.contains("| Staccato, steady |") && !page.contains("ratio"), page);
    assertEquals(0, outcome.services().getFirst().service().answers().of(1));
  }

  @Test
  void anAnswerOfAThirdVersionIsSeen() throws Exception {
    Path third = ServedModels.write(folder.resolve("third.safetensors"), 3);
    LiveService service = LiveService.publishing(first, second, LoadMode.COPY, 5, 1);
    try (service) {
      AnswerCounts counts = new AnswerCounts();
      Requests requests = service.newRequests(0, counts);
      requests.serve(0);
      service.swap();
      requests.serve(1);
      assertEquals(List.of(1L, 1L, 0L), List.of(counts.of(0), counts.of(1), counts.foreign()));
      service.live().publish(third);
      requests.serve(2);
      assertEquals(1, counts.foreign());
    }
  }

  @Test
  void anAnswerThatIsNotTheVersionsOwnIsSeen() {
    AnswerCounts counts = new AnswerCounts();
    counts.count(1, 7, 7);
    counts.count(1, 7, 8);
    assertEquals(1, counts.of(1));
    assertEquals(1, counts.foreign());
  }

  @Test
  void aSoakGoesThroughEveryFault() throws Exception {
    Path place = Files.createDirectory(folder.resolve("soak"));
    SoakScenario.Length length = new SoakScenario.Length(Duration.ofMillis(2500), PERIOD, 4);
    SoakOutcome outcome =
        new SoakScenario(LOAD, length, line -> {}).run(first, second, place, 5, 1000);
    ServiceOutcome service = outcome.service();
    assertEquals(0, service.errors(), () -> service.firstError().toString());
    assertEquals(0, service.answers().foreign());
    SoakOutcome.Replacements replacements = outcome.replacements();
    assertEquals(Fault.values().length, replacements.faults().size());
    assertTrue(replacements.good() > 0 && replacements.gauges().rejected() > 0);
    assertEquals(
        outcome.latencies().count(),
        outcome.samples().stream().mapToLong(sample -> sample.interval().count()).sum());
    assertTrue(outcome.latencies().count() > 1000, outcome.latencies().count() + " requests");
    assertTrue(outcome.samples().getLast().users() > 10, outcome.samples().getLast().toString());
    assertEquals(0, service.closed().process().mappings());
    new SoakPage(outcome, "a small model", "the command").write(place);
    String page = Files.readString(place.resolve("soak.md"));
    assertTrue(page.contains("flipped bit "), page);
    assertTrue(
        Files.size(place.resolve("soak.svg")) > 0 && Files.size(place.resolve("soak.hgrm")) > 0);
  }
}
