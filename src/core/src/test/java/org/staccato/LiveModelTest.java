package org.staccato;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.kernel.Backend;
import org.staccato.live.LoadMode;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.ModelFiles;

/** The life of a model: it is opened, used, closed, and used after the close. */
class LiveModelTest {
  /** The difference that the order of sums makes between the scalar kernels and the others. */
  private static final float COLD_BOUND = 2e-5f;

  @TempDir Path folder;

  @Test
  void tellsWhatItIs() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17))) {
      assertEquals(30, live.version().specification().ranking().items());
      assertEquals(64, live.version().digest().length());
      assertEquals(7, live.itemKeys().indexOf(107));
      assertEquals(0, live.popularity(29));
      assertEquals(
          live.version().specification().toJson(),
          live.version().metadata().get("staccato.specification"));
      String demanded = System.getProperty("staccato.test.backend", "default");
      assertTrue(demanded.equals("default") || demanded.equals(live.backend()), live.backend());
    }
  }

  @Test
  void whatIsNoModelIsRejectedWithAReason() throws IOException {
    Path absent = folder.resolve("absent.safetensors");
    String message =
        assertThrows(NoSuchFileException.class, () -> LiveModel.open(absent)).getMessage();
    assertEquals(
        absent + ": found no such file, expected a weight file, or a folder of them to follow",
        message);
    Path text = Files.writeString(folder.resolve("text"), "not a model, but some text");
    ModelRejectedException e =
        assertThrows(ModelRejectedException.class, () -> LiveModel.open(text));
    assertEquals(Reason.HEADER_TOO_LARGE, e.reason());
  }

  @Test
  void afterClosingEverythingIsAnExceptionAndNoCrash() throws IOException {
    LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17, 5));
    Scorer scorer = live.newScorer();
    UserState user = scorer.newState();
    scorer.step(user, 3);
    live.close();
    live.close();
    Ranked ranked = new Ranked();
    assertThrows(IllegalStateException.class, live::newScorer);
    assertThrows(IllegalStateException.class, () -> scorer.step(user, 3));
    assertThrows(IllegalStateException.class, () -> scorer.topK(user, 3, ranked));
    assertThrows(IllegalStateException.class, () -> scorer.score(user, 3));
    assertThrows(
        IllegalStateException.class, () -> scorer.score(user, new int[1], 1, new float[1]));
    assertThrows(IllegalStateException.class, () -> scorer.scores(user, new float[30]));
    assertThrows(IllegalStateException.class, () -> live.popularity(3));
    assertThrows(IllegalStateException.class, () -> live.itemKeys().indexOf(107));
    assertEquals(30, live.version().specification().ranking().items());
    assertEquals(user.digest(), live.version().digest());
  }

  @Test
  void closingUnderLoadStopsScorersWithAnException() throws Exception {
    Path path = ModelFiles.random(folder, 1, 3000, 8, 64);
    for (int trial = 0; trial < 5; trial++) {
      LiveModel live = LiveModel.open(path);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      CountDownLatch started = new CountDownLatch(1);
      Thread thread =
          new Thread(
              () -> {
                Scorer scorer = live.newScorer();
                UserState user = scorer.newState();
                Ranked ranked = new Ranked();
                while (true) {
                  scorer.step(user, 5);
                  scorer.topK(user, 10, ranked);
                  started.countDown();
                }
              });
      thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
      thread.start();
      started.await();
      live.close();
      thread.join();
      assertTrue(thrown.get() instanceof IllegalStateException, String.valueOf(thrown.get()));
    }
  }

  @Test
  void aCopyAnswersAsTheMappingDoesAndOutlivesItsFile() throws IOException {
    Path path = ModelFiles.random(folder, 1, 300, 8, 33, 17);
    float[] expected;
    String digest;
    try (LiveModel mapped = LiveModel.open(path)) {
      expected = scoresOf(mapped);
      digest = mapped.version().digest();
    }
    try (LiveModel copied = LiveModel.open(path, OpenOptions.COPY)) {
      assertEquals(digest, copied.version().digest());
      assertArrayEquals(expected, scoresOf(copied));
      Files.write(path, new byte[0]);
      assertArrayEquals(expected, scoresOf(copied));
      assertEquals(7, copied.itemKeys().indexOf(107));
    }
  }

  private static float[] scoresOf(LiveModel live) {
    Scorer scorer = live.newScorer();
    UserState user = scorer.newState();
    scorer.step(user, 3);
    scorer.step(user, 299);
    float[] scores = new float[300];
    scorer.scores(user, scores);
    return scores;
  }

  @ParameterizedTest
  @EnumSource(LoadMode.class)
  void aColdModelAnswersAtOnceAndBecomesWarm(LoadMode mode) throws Exception {
    Path path = ModelFiles.random(folder, 1, 300, 8, 33, 17);
    try (LiveModel live = LiveModel.open(path, OpenOptions.MAP.withMode(mode).withCold(true));
        LiveModel warm = LiveModel.open(path, OpenOptions.MAP.withMode(mode))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 3);
      scorer.prepare(user);
      float[] expected = scoresOf(warm);
      float[] before = scoresOf(live);
      long deadline = System.nanoTime() + 60_000_000_000L;
      while (!live.isWarm() && System.nanoTime() < deadline) {
        Thread.sleep(10);
      }
      assertTrue(live.isWarm(), "warm within a minute");
      assertTrue(warm.isWarm());
      assertEquals(warm.backend(), live.backend());
      assertArrayEquals(expected, before, COLD_BOUND);
      assertArrayEquals(expected, scoresOf(live), "the same kernels, the same bits");
      scorer.step(user, 299);
      float[] across = new float[300];
      scorer.scores(user, across);
      assertArrayEquals(expected, across, COLD_BOUND, "scorers and states last");
    }
  }

  @Test
  void aBackendThatCannotBeHadIsRefusedAtTheOpening() throws IOException {
    Path path = ModelFiles.random(folder, 1, 30, 4, 17);
    String before = System.setProperty(Backend.BACKEND_PROPERTY, "abacus");
    try {
      assertThrows(IllegalArgumentException.class, () -> LiveModel.open(path));
      assertThrows(
          IllegalArgumentException.class,
          () -> LiveModel.open(path, OpenOptions.MAP.withCold(true)));
    } finally {
      if (before == null) {
        System.clearProperty(Backend.BACKEND_PROPERTY);
      } else {
        System.setProperty(Backend.BACKEND_PROPERTY, before);
      }
    }
  }

  @Test
  void closingWhileWarmingIsNoError() throws Exception {
    Path path = ModelFiles.random(folder, 1, 300, 8, 33, 17);
    List<String> problems = Collections.synchronizedList(new ArrayList<>());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            problems.add(line.getLevel() + ": " + line.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("org.staccato");
    Thread.UncaughtExceptionHandler uncaught = Thread.getDefaultUncaughtExceptionHandler();
    logger.addHandler(handler);
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> problems.add(thread + ": " + e));
    try {
      for (int trial = 0; trial < 20; trial++) {
        LiveModel live = LiveModel.open(path, OpenOptions.MAP.withCold(true));
        Thread.sleep(trial);
        live.close();
      }
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().equals("staccato-warm-up")) {
          thread.join(60_000);
        }
      }
    } finally {
      logger.removeHandler(handler);
      Thread.setDefaultUncaughtExceptionHandler(uncaught);
    }
    assertEquals(List.of(), problems);
  }
}
