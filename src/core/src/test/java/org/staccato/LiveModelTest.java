package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;

/** The life of a model: opened, used, closed, and used too late. */
class LiveModelTest {
  @TempDir Path folder;

  @Test
  void tellsWhatItIs() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17))) {
      assertEquals(30, live.specification().items());
      assertEquals(64, live.digest().length());
      assertEquals(7, live.items().indexOf(107));
      assertEquals(0, live.popularity(29));
      assertEquals(live.specification().toJson(), live.metadata().get("staccato.specification"));
      String demanded = System.getProperty("staccato.test.backend", "default");
      assertTrue(demanded.equals("default") || demanded.equals(live.backend()), live.backend());
    }
  }

  @Test
  void whatIsNoModelIsRejectedWithAReason() throws IOException {
    assertThrows(
        NoSuchFileException.class, () -> LiveModel.open(folder.resolve("absent.safetensors")));
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
    assertThrows(IllegalStateException.class, () -> live.items().indexOf(107));
    assertEquals(30, live.specification().items());
    assertEquals(user.digest(), live.digest());
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
}
