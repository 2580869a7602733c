package org.staccato.cli;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.staccato.cli.ScenarioArguments.Scenario;
import org.staccato.live.LoadMode;
import org.staccato.load.scenario.AnswerCounts;
import org.staccato.load.scenario.LiveService;
import org.staccato.load.scenario.LoadOptions;
import org.staccato.load.scenario.ServiceOutcome;
import org.staccato.load.scenario.ShiftedCopy;
import org.staccato.load.scenario.SoakOutcome;
import org.staccato.load.scenario.SoakPage;
import org.staccato.load.scenario.SoakScenario;
import org.staccato.load.scenario.SwapOutcome;
import org.staccato.load.scenario.SwapPage;
import org.staccato.load.scenario.SwapScenario;

/** Runs a load on an open loop, writes its page, and prints the outcome. */
final class LatencyScenarios {
  private static final float SHIFT = 0.5f;
  private static final int USERS = 200_000;

  private final Console console;
  private final ScenarioArguments arguments;
  private final LoadOptions load;
  private final Scenario scenario;
  private final Path model;
  private final int count;
  private final double seconds;

  LatencyScenarios(
      Console console,
      ScenarioArguments arguments,
      LoadOptions load,
      Scenario scenario,
      Path model,
      int count,
      double seconds) {
    this.console = console;
    this.arguments = arguments;
    this.load = load;
    this.scenario = scenario;
    this.model = model;
    this.count = count;
    this.seconds = seconds;
  }

  /** Runs the scenario. */
  void run(boolean json) throws Exception {
    Path output = arguments.output;
    if (output != null) {
      Outputs.requireWritable(output.resolve(word() + ".md"));
    }
    Path folder = Files.createTempDirectory("staccato-load-");
    try {
      Path second = arguments.with == null ? folder.resolve("shifted.safetensors") : arguments.with;
      if (arguments.with == null) {
        ShiftedCopy.write(model, second, SHIFT);
      }
      Map<String, Object> object =
          scenario == Scenario.SOAK ? soak(second, folder, json) : swap(second, json);
      if (json) {
        console.json(object);
      }
    } catch (IllegalArgumentException e) {
      throw new BadInputException(String.valueOf(e.getMessage()));
    } finally {
      deleteFolder(folder);
    }
  }

  private String word() {
    return scenario.name().toLowerCase(Locale.ROOT);
  }

  private Map<String, Object> swap(Path second, boolean json) throws Exception {
    SwapScenario.Length length =
        new SwapScenario.Length(
            scenario == Scenario.SWAP ? arguments.swaps : 0, arguments.period(), duration());
    List<String> files = List.of(model.toRealPath().toString(), second.toRealPath().toString());
    LiveService service =
        LiveService.publishing(model, second, arguments.memory, count, load.threads());
    SwapOutcome outcome =
        new SwapScenario(load, length, files, console::remark).run(List.of(service));
    if (arguments.output != null) {
      new SwapPage(outcome, describe(), command()).write(arguments.output);
    }
    SwapOutcome.OfService measured = outcome.services().getFirst();
    boolean swaps = length.swaps() > 0;
    if (!json) {
      LatencyCommand.print(
          console,
          swaps ? List.of(measured.steady(), measured.swap()) : List.of(measured.steady()));
      if (swaps) {
        console.line(
            String.format(
                Locale.ROOT,
                "  swap / steady: p50 %.2f, p99 %.2f, p99.9 %.2f",
                measured.swap().ratioTo(measured.steady(), 50),
                measured.swap().ratioTo(measured.steady(), 99),
                measured.swap().ratioTo(measured.steady(), 99.9)));
      }
      printAnswers(measured.swaps(), measured.service());
      printRate(outcome.rate());
    }
    Map<String, Object> object = object(outcome.rate(), measured.service());
    object.put("steady", LatencyCommand.objectOf(measured.steady()));
    if (swaps) {
      object.put("swap", LatencyCommand.objectOf(measured.swap()));
      object.put("publishing", LatencyCommand.objectOf(measured.publishing()));
      object.put("swaps", measured.swaps());
    }
    return object;
  }

  private Map<String, Object> soak(Path second, Path folder, boolean json) throws Exception {
    SoakScenario.Length length =
        new SoakScenario.Length(duration(), arguments.period(), arguments.faults);
    SoakOutcome outcome =
        new SoakScenario(load, length, console::remark).run(model, second, folder, count, USERS);
    if (arguments.output != null) {
      new SoakPage(outcome, describe(), command()).write(arguments.output);
    }
    if (!json) {
      LatencyCommand.print(console, List.of(outcome.latencies()));
      printAnswers(outcome.replacements().good(), outcome.service());
      console.line(
          "  versions loaded: "
              + Figures.count(outcome.replacements().gauges().loaded())
              + ", files rejected: "
              + Figures.count(outcome.replacements().gauges().rejected()));
      printRate(outcome.rate());
    }
    Map<String, Object> object = object(outcome.rate(), outcome.service());
    object.put("soak", LatencyCommand.objectOf(outcome.latencies()));
    object.put("loaded", outcome.replacements().gauges().loaded());
    object.put("rejected", outcome.replacements().gauges().rejected());
    return object;
  }

  private void printAnswers(long swaps, ServiceOutcome service) {
    AnswerCounts answers = service.answers();
    console.line(
        "  swaps: "
            + Figures.count(swaps)
            + ", errors: "
            + Figures.count(service.errors())
            + ", answers of the first version: "
            + Figures.count(answers.of(0))
            + ", of the second: "
            + Figures.count(answers.of(1))
            + ", of neither: "
            + Figures.count(answers.foreign()));
  }

  private void printRate(double rate) {
    console.line(
        "  "
            + Figures.count(Math.round(rate))
            + " requests a second; latencies count from their intended start");
  }

  private Map<String, Object> object(double rate, ServiceOutcome service) {
    AnswerCounts answers = service.answers();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("model", model.toString());
    object.put("scenario", word());
    object.put("rate", rate);
    object.put("threads", load.threads());
    object.put("errors", service.errors());
    object.put("ofFirst", answers.of(0));
    object.put("ofSecond", answers.of(1));
    object.put("ofNeither", answers.foreign());
    return object;
  }

  private Duration duration() {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private String describe() throws IOException {
    return model.getFileName()
        + ", "
        + Figures.bytes(Files.size(model))
        + ", a step and the "
        + count
        + " best"
        + (scenario == Scenario.STEADY
            ? ""
            : arguments.memory == LoadMode.MAP ? ", versions mapped" : ", versions copied");
  }

  /** Repeats the run: every option that it depends on, as exact as it was given. */
  private String command() {
    StringBuilder command = new StringBuilder("./staccato latency " + model.getFileName());
    command.append(" --scenario ").append(word());
    if (arguments.with != null) {
      command.append(" --with ").append(arguments.with.getFileName());
    }
    if (scenario == Scenario.SWAP) {
      command.append(" --swaps ").append(arguments.swaps);
    } else {
      command.append(" --seconds ").append(decimal(seconds));
    }
    if (scenario != Scenario.STEADY) {
      command.append(" --period ").append(decimal(arguments.period().toNanos() / 1e6));
    }
    if (scenario == Scenario.SOAK) {
      command.append(" --faults ").append(arguments.faults);
    }
    command.append(
        load.rate() > 0 ? " --rate " + decimal(load.rate()) : " --load " + decimal(load.load()));
    command.append(" --memory ").append(arguments.memory.name().toLowerCase(Locale.ROOT));
    command.append(" --threads ").append(load.threads());
    command.append(" --arrivals ").append(load.arrivals().name().toLowerCase(Locale.ROOT));
    if (load.firstCore() >= 0) {
      command.append(" --core ").append(load.firstCore());
    }
    command.append(" --warmup ").append(decimal(load.warmUp().toNanos() / 1e9));
    command.append(" -k ").append(count);
    return command.append(" --output ").append(arguments.output).toString();
  }

  /** Writes a number with all its digits, without an exponent and without trailing zeros. */
  private static String decimal(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  private static void deleteFolder(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
    Files.delete(folder);
  }
}
