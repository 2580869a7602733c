package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings that begin where another one ended, and those with another loss or optimizer. */
class ContinuedTrainingTest {
  @TempDir static Path folder;

  private static Path log;
  private static Path model;

  @BeforeAll
  static void train() throws IOException {
    log = write("log.csv", 0, 20);
    model = folder.resolve("model.safetensors");
    train(log, model, "--resumable").done();
  }

  /** Writes the visits of twelve users, each of whom walks through a range of items. */
  private static Path write(String name, int firstItem, int endItem) throws IOException {
    StringBuilder text = new StringBuilder("user,item,time\n");
    for (int user = 0; user < 12; user++) {
      for (int event = 0; event < 30; event++) {
        int item = firstItem + (user * 5 + event) % (endItem - firstItem);
        text.append("u%d,i%d,%d\n".formatted(user, item, 1_000 + event));
      }
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private static CommandLineRun train(Path log, Path output, Object... more) {
    List<Object> words = new ArrayList<>(List.of("train", log, "--output", output));
    words.addAll(List.of("--split", "leave-one-out", "--embedding", 8, "--hidden", 8));
    words.addAll(List.of("--epochs", 2, "--threads", 1));
    words.addAll(List.of(more));
    return CommandLineRun.of(words.toArray());
  }

  @Test
  void itemsStayComeAndGo() throws IOException {
    Path later = folder.resolve("later.safetensors");
    CommandLineRun run = train(write("later.csv", 5, 23), later, "--resume", model).done();
    assertTrue(
        run.err().contains("going on from " + model + ": 15 items stay, 3 are new, 5 are gone"),
        run.err());
    CommandLineRun.of("verify", later).done();
  }

  @Test
  void aTrainingThatGoesOnBeginsWithLessLoss() throws IOException {
    Path later = folder.resolve("same.safetensors");
    double anew = firstLoss(train(log, later, "--json"));
    double goingOn = firstLoss(train(log, later, "--resume", model, "--json"));
    assertTrue(goingOn < anew, goingOn + " after " + anew);
  }

  private static double firstLoss(CommandLineRun run) throws IOException {
    Map<?, ?> epoch = (Map<?, ?>) epochs(run.json()).getFirst();
    return ((Number) Objects.requireNonNull(epoch.get("loss"))).doubleValue();
  }

  private static List<?> epochs(Map<String, Object> result) {
    return (List<?>) Objects.requireNonNull(result.get("epochs"));
  }

  @Test
  void aRefitIsToldAndKeepsTheValidationOfBefore() throws IOException {
    Path once = folder.resolve("once.safetensors");
    Path twice = folder.resolve("twice.safetensors");
    Path page = folder.resolve("refit.html");
    Map<String, Object> plain = train(log, once, "--json").json();
    CommandLineRun run = train(log, twice, "--refit", "--report", page, "--json");
    Map<String, Object> refit = run.json();
    assertEquals(false, plain.get("refit"));
    assertEquals(true, refit.get("refit"));
    assertEquals(plain.get("validation"), refit.get("validation"));
    assertNotEquals(plain.get("digest"), refit.get("digest"));
    assertTrue(run.err().contains("refit  " + refit.get("bestEpoch") + "/"), run.err());
    assertTrue(Files.readString(page).contains("Measured before the refit"));
  }

  @Test
  void anotherNetworkIsRefusedWithWhatDiffers() {
    train(log, folder.resolve("none.safetensors"), "--resume", model, "--cell", "gru")
        .failed(
            ExitCode.BAD_INPUT,
            model
                + ": found embeddings of 8, LSTM of 8 units, tied, expected embeddings of 8, GRU of"
                + " 8 units, tied, as the options say");
    assertFalse(Files.exists(folder.resolve("none.safetensors")));
  }

  @Test
  void aModelThatWasNotWrittenForItIsRefused() throws IOException {
    Path plain = folder.resolve("plain.safetensors");
    train(log, plain).done();
    train(log, folder.resolve("none.safetensors"), "--resume", plain)
        .failed(ExitCode.BAD_INPUT, "expected a model that was trained with --resumable");
  }

  @Test
  void aQuantisedModelIsRefused() {
    Path quantised = folder.resolve("quantised.safetensors");
    CommandLineRun.of("quantize", model, quantised, "--recurrent", "bf16").done();
    train(log, folder.resolve("none.safetensors"), "--resume", quantised)
        .failed(ExitCode.BAD_INPUT, "found BF16, expected F32: a training cannot go on");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--loss sampled --negatives 7 --logit-adjustment 0.5",
        "--loss bpr-max --negatives 7 --bpr-regularization 0.1",
        "--loss gbce --negatives 7 --gbce-calibration 1",
        "--label-smoothing 0.1 --logit-adjustment 0.5",
        "--optimizer adagrad --schedule linear --warm-up 0.1 --average 0.9",
        "--optimizer momentum --weight-decay 0.01",
      })
  void everyLossAndOptimizerGivesAModel(String options) throws IOException {
    Path output = folder.resolve("option.safetensors");
    Map<String, Object> result =
        train(log, output, (Object[]) (options + " --json").split(" ", -1)).json();
    assertEquals(2, epochs(result).size());
    CommandLineRun.of("verify", output).done();
  }
}
