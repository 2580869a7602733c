package org.staccato.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.LiveModel;
import org.staccato.export.ResumableModel;
import org.staccato.format.ItemKeys;
import org.staccato.model.ItemInput;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.ServedModel;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.NextItemNetwork;
import org.staccato.trainer.learn.Optimization;
import org.staccato.trainer.learn.TrainingListener;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.sequence.Preparation;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.Split;

/**
 * Turns splits into weight files; the temporary files are deleted at the end, and never hide a
 * failure.
 */
class TrainingPipelineTest {
  @TempDir Path parent;

  private static Split split() throws Exception {
    EventLog.Builder log = new EventLog.Builder(false, false);
    for (int user = 0; user < 20; user++) {
      for (int event = 0; event < 8; event++) {
        log.add(Integer.toString(user), null, Integer.toString((user + event) % 9), 0);
      }
    }
    return Preparation.split(log.build(), PreparationOptions.leaveOneOut());
  }

  private static TrainingPipeline pipeline() throws Exception {
    return pipeline(1, 1);
  }

  private static TrainingPipeline pipeline(int epochs, int threads) throws Exception {
    Split split = split();
    return pipeline(split, TrainingPipeline.input(split, 4), epochs, threads);
  }

  private static TrainingPipeline pipeline(Split split, ItemInput input, int epochs, int threads) {
    TrainingOptions options =
        TrainingOptions.forLongSequences()
            .withEpochs(epochs)
            .withPatience(epochs)
            .withSchedule(Optimization.Schedule.CONSTANT)
            .withThreads(threads);
    return new TrainingPipeline(split, NextItemNetwork.of(input, List.of(4), true), options);
  }

  @Test
  void theWayFromASplitToAModelThatIsServed() throws Exception {
    TrainingPipeline pipeline = pipeline();
    TrainingResult result = pipeline.train(new TrainingListener() {});
    Path file = parent.resolve("model.safetensors");
    pipeline.write(file, result.weights(), "{}");
    try (LiveModel live = LiveModel.open(file)) {
      Evaluator evaluator = new Evaluator(new int[] {10}, 1);
      ServedModel served = new ServedModel("model", live, split().items());
      double score = evaluator.evaluate(served, split().validation()).at(10).ndcg();
      assertEquals(result.epochs().getFirst().validationScore(), score);
    }
  }

  @Test
  void aTrainingGoesOnFromAModel() throws Exception {
    TrainingPipeline pipeline = pipeline(3, 1);
    TrainingResult first = pipeline.train(new TrainingListener() {});
    Path file = parent.resolve("model.safetensors");
    pipeline.writeResumable(file, first.weights(), "{}");
    TrainingPipeline later = pipeline(1, 1);
    try (ResumableModel model = ResumableModel.open(file)) {
      assertEquals(0, later.startFrom(model));
      TrainingResult second = later.train(new TrainingListener() {});
      assertTrue(
          second.epochs().getFirst().loss() < first.epochs().getFirst().loss(),
          "the second training begins with what the first one knew");
    }
  }

  @Test
  void aRefitLearnsFromValidationAsWell() throws Exception {
    TrainingPipeline pipeline = pipeline(1, 1);
    TrainingResult chosen = pipeline.train(new TrainingListener() {});
    TrainingResult refit = pipeline.refit(2, new TrainingListener() {});
    assertEquals(2, refit.bestEpoch());
    assertEquals(2, refit.epochs().size());
    assertEquals(Optional.of(chosen), pipeline.best());
  }

  @Test
  void anotherCatalogueIsRefused() throws Exception {
    Split split = split();
    refuse(
        "network: found an input of 8 items with keys of the kind LONG, expected the catalogue's 9"
            + " items with keys of the kind LONG",
        split,
        new ItemInput(8, 4, ItemKeys.Kind.LONG));
    refuse(
        "network: found an input of 9 items with keys of the kind TEXT, expected the catalogue's 9"
            + " items with keys of the kind LONG",
        split,
        new ItemInput(9, 4, ItemKeys.Kind.TEXT));
  }

  private static void refuse(String sentence, Split split, ItemInput input) {
    assertEquals(
        sentence,
        assertThrows(IllegalArgumentException.class, () -> pipeline(split, input, 1, 1))
            .getMessage());
  }

  /** Leaves a file in the folder after the first epoch, then throws. */
  private static TrainingListener failing(Path left, RuntimeException problem) {
    return new TrainingListener() {
      @Override
      public void onEpoch(EpochReport report) {
        try {
          Files.createDirectories(left.getParent());
          Files.createFile(left);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        throw problem;
      }
    };
  }

  @Test
  void aTemporaryThatCannotBeDeletedDoesNotHideTheFailure() throws Exception {
    Path folder = Files.createDirectory(parent.resolve("epochs"));
    RuntimeException problem = new IllegalStateException("what really went wrong");
    TrainingListener listener = failing(folder.resolve("folder").resolve("file"), problem);
    TrainingPipeline pipeline = pipeline();
    Exception thrown =
        assertThrows(IllegalStateException.class, () -> pipeline.train(listener, folder));
    assertSame(problem, thrown);
    assertEquals(1, thrown.getSuppressed().length);
    assertTrue(thrown.getSuppressed()[0] instanceof DirectoryNotEmptyException);
  }

  @Test
  void whatAFailedWriteHasLeftIsDeletedToo() throws Exception {
    Path folder = Files.createDirectory(parent.resolve("epochs"));
    RuntimeException problem = new IllegalStateException("what really went wrong");
    TrainingListener listener = failing(folder.resolve(".staccato-temporary"), problem);
    TrainingPipeline pipeline = pipeline();
    Exception thrown =
        assertThrows(IllegalStateException.class, () -> pipeline.train(listener, folder));
    assertSame(problem, thrown);
    assertEquals(0, thrown.getSuppressed().length);
    assertFalse(Files.exists(folder));
  }

  /** Interrupts the thread that trains after an epoch. */
  private static TrainingListener interrupting(int epoch) {
    return new TrainingListener() {
      @Override
      public void onEpoch(EpochReport report) {
        if (report.epoch() == epoch) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anInterruptedTrainingHasTheBestOfItsEpochs(int threads) throws Exception {
    TrainingPipeline pipeline = pipeline(1000, threads);
    Path folder = Files.createDirectory(parent.resolve("epochs"));
    assertThrows(InterruptedException.class, () -> pipeline.train(interrupting(3), folder));
    assertFalse(Thread.interrupted(), "the exception stands for the interrupt");
    assertFalse(Files.exists(folder));
    TrainingResult reached = pipeline.best().orElseThrow();
    TrainingResult whole = pipeline(3, threads).train(new TrainingListener() {});
    assertEquals(whole.bestEpoch(), reached.bestEpoch());
    for (int epoch = 0; epoch < 3; epoch++) {
      assertEquals(whole.epochs().get(epoch).best(), reached.epochs().get(epoch).best());
    }
    assertArrayEquals(fileOf(pipeline, whole), fileOf(pipeline, reached));
  }

  private byte[] fileOf(TrainingPipeline pipeline, TrainingResult result) throws IOException {
    Path file = parent.resolve("model.safetensors");
    pipeline.write(file, result.weights(), "{}");
    return Files.readAllBytes(file);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void withoutAnEpochThereIsNoBest(int threads) throws Exception {
    TrainingPipeline pipeline = pipeline(20, threads);
    pipeline.train(new TrainingListener() {}); // Discards the result of an earlier training.
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> pipeline.train(new TrainingListener() {}));
    assertTrue(pipeline.best().isEmpty());
  }
}
