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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.NetworkShape;
import org.staccato.trainer.learn.TrainingListener;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.sequence.Preparation;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.Split;

/** The temporary files of a training: gone in the end, and never in the way of what went wrong. */
class ModelTrainingTest {
  @TempDir Path parent;

  private static ModelTraining training() throws Exception {
    return training(1, 1);
  }

  private static ModelTraining training(int epochs, int threads) throws Exception {
    EventLog.Builder log = new EventLog.Builder(false, false);
    for (int user = 0; user < 20; user++) {
      for (int event = 0; event < 8; event++) {
        log.add(Integer.toString(user), null, Integer.toString((user + event) % 9), 0);
      }
    }
    Split split = Preparation.split(log.build(), PreparationOptions.leaveOneOut());
    NetworkShape shape = new NetworkShape(split.items().size(), 4, List.of(4), true);
    TrainingOptions options =
        TrainingOptions.forLongSequences().toBuilder()
            .epochs(epochs)
            .threads(threads)
            .patience(epochs)
            .build();
    return new ModelTraining(split, shape, options, Metric.of("mrr@5"));
  }

  /** Leaves something in the folder after the first epoch, then throws. */
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
    ModelTraining training = training();
    Exception thrown =
        assertThrows(IllegalStateException.class, () -> training.run(listener, folder));
    assertSame(problem, thrown);
    assertEquals(1, thrown.getSuppressed().length);
    assertTrue(thrown.getSuppressed()[0] instanceof DirectoryNotEmptyException);
  }

  @Test
  void whatAFailedWriteHasLeftIsDeletedToo() throws Exception {
    Path folder = Files.createDirectory(parent.resolve("epochs"));
    RuntimeException problem = new IllegalStateException("what really went wrong");
    TrainingListener listener = failing(folder.resolve(".staccato-temporary"), problem);
    ModelTraining training = training();
    Exception thrown =
        assertThrows(IllegalStateException.class, () -> training.run(listener, folder));
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
    ModelTraining training = training(1000, threads);
    Path folder = Files.createDirectory(parent.resolve("epochs"));
    assertThrows(InterruptedException.class, () -> training.run(interrupting(3), folder));
    assertFalse(Thread.interrupted(), "the exception stands for the interrupt");
    assertFalse(Files.exists(folder));
    TrainingResult reached = training.best().orElseThrow();
    TrainingResult whole = training(3, threads).run(new TrainingListener() {});
    assertEquals(whole.bestEpoch(), reached.bestEpoch());
    for (int epoch = 0; epoch < 3; epoch++) {
      assertEquals(whole.epochs().get(epoch).best(), reached.epochs().get(epoch).best());
    }
    assertArrayEquals(fileOf(training, reached), fileOf(training, whole));
  }

  private byte[] fileOf(ModelTraining training, TrainingResult result) throws IOException {
    Path file = parent.resolve("model.safetensors");
    training.write(file, result.weights(), "{}");
    return Files.readAllBytes(file);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void withoutAnEpochThereIsNoBest(int threads) throws Exception {
    ModelTraining training = training(20, threads);
    training.run(new TrainingListener() {}); // What an earlier run reached is forgotten.
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> training.run(new TrainingListener() {}));
    assertTrue(training.best().isEmpty());
  }
}
