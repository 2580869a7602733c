package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.export.MatrixTypes;
import org.staccato.live.OpenOptions;
import org.staccato.model.Activation;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ChildJvm;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/**
 * Cutting a mapped file removes its pages, and reading them is a bus error. The error must end the
 * call that reads them, and not the process, in interpreted and in compiled code, in each kernel;
 * and the next version must serve. Each cell has a JVM of its own, which may die.
 */
@DisabledIfSystemProperty(
    named = "staccato.test.backend",
    matches = "vector-.*|scalar",
    disabledReason = "the other JVM chooses its backend itself")
class ShortenedMappingTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void callsThrowAndTheNextVersionServes(Cell cell) throws Exception {
    for (String flag : List.of("--add-modules=jdk.incubator.vector", "-Dstaccato.backend=scalar")) {
      Process child = ChildJvm.start(List.of(flag), Shortening.class, cell, folder);
      String output = ChildJvm.output(child);
      assertEquals(0, child.exitValue(), output);
    }
  }

  /** Cuts one model after another while scorers read it, and publishes the next. */
  static final class Shortening {
    private static final int ITEMS = 500;
    private static final int FEATURES = 70;
    private static final int[] UNITS = {64, 65};
    private static final int BATCH = 16;
    private static final int CALLS = 2000;
    private static final int CALLS_WITHOUT_PAGES = 20;
    private static final int PAGE = 4096;

    private Shortening() {}

    public static void main(String[] arguments) throws IOException {
      Cell cell = Cell.valueOf(arguments[0]);
      Path folder = Path.of(arguments[1]);
      for (MatrixTypes types : List.of(MatrixTypes.F32, MatrixTypes.BF16, MatrixTypes.I8)) {
        shorten(
            ranking(folder.resolve("a"), cell, 1, types),
            ranking(folder.resolve("b"), cell, 2, types),
            Shortening::rankingCalls);
        shorten(
            prediction(folder.resolve("c"), cell, 1, types),
            prediction(folder.resolve("d"), cell, 2, types),
            Shortening::predictionCalls);
      }
    }

    private static Path ranking(Path path, Cell cell, long seed, MatrixTypes types)
        throws IOException {
      Random random = new Random(seed);
      return RandomNetworks.write(
          path, RandomNetworks.network(random, cell, ITEMS, 33, UNITS), types);
    }

    private static Path prediction(Path path, Cell cell, long seed, MatrixTypes types)
        throws IOException {
      Random random = new Random(seed);
      return RandomNetworks.write(
          path,
          RandomNetworks.prediction(random, cell, Activation.LINEAR, FEATURES, 3, UNITS),
          types);
    }

    /** The calls of a ranking model that leave their answers in an array. */
    private static List<Runnable> rankingCalls(LiveModel live, float[] answers) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      Ranked ranked = new Ranked();
      BatchScorer batch = live.newBatchScorer(BATCH);
      UserState[] users = newStates(batch);
      int[] items = IntStream.range(0, BATCH).map(i -> i * 31).toArray();
      return List.of(
          () -> scorer.step(user, ITEMS - 1),
          () -> scorer.prepare(user),
          () -> scorer.scores(user, answers),
          () -> scorer.topK(user, 10, ranked),
          () -> answers[0] += ranked.size() + scorer.score(user, ITEMS - 1),
          () -> batch.step(users, items, BATCH));
    }

    private static List<Runnable> predictionCalls(LiveModel live, float[] answers) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      BatchScorer batch = live.newBatchScorer(BATCH);
      UserState[] users = newStates(batch);
      float[] vectors = RandomNetworks.floats(RandomSeed.random(3), BATCH * FEATURES, 1);
      return List.of(
          () -> scorer.step(user, vectors),
          () -> scorer.prepare(user),
          () -> scorer.predict(user, answers),
          () -> batch.step(users, vectors, BATCH),
          () -> batch.predict(vectors, BATCH, answers));
    }

    private static UserState[] newStates(BatchScorer batch) {
      return Stream.generate(batch::newState).limit(BATCH).toArray(UserState[]::new);
    }

    private static void shorten(
        Path path, Path next, BiFunction<LiveModel, float[], List<Runnable>> calls)
        throws IOException {
      try (LiveModel live = LiveModel.open(path, OpenOptions.MAP)) {
        List<Runnable> compiled = calls.apply(live, new float[ITEMS]);
        for (int i = 0; i < CALLS; i++) {
          compiled.forEach(Runnable::run);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.truncate(PAGE);
        }
        for (int i = 0; i < compiled.size(); i++) {
          for (int call = 0; call < CALLS_WITHOUT_PAGES; call++) {
            if (isAnswered(compiled.get(i))) {
              throw new AssertionError(path + ": call " + i + " was answered without its weights");
            }
          }
        }
        live.publish(next);
        try (LiveModel other = LiveModel.open(next, OpenOptions.COPY)) {
          float[] expected = answers(other, calls);
          if (!Arrays.equals(expected, answers(live, calls))) {
            throw new AssertionError(next + ": the version after has other answers");
          }
        }
      }
    }

    private static float[] answers(
        LiveModel live, BiFunction<LiveModel, float[], List<Runnable>> calls) {
      float[] answers = new float[ITEMS];
      calls.apply(live, answers).forEach(Runnable::run);
      return answers;
    }

    private static boolean isAnswered(Runnable call) {
      try {
        call.run();
        return true;
      } catch (InternalError busError) {
        return false;
      }
    }
  }
}
