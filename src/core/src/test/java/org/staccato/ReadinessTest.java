package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.live.LoadMode;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.ModelFiles;

/** The questions of a readiness probe, and the answers. */
@Timeout(60)
class ReadinessTest {
  private static final Duration LONG = Duration.ofSeconds(50);

  @TempDir Path folder;

  @Test
  void aModelThatIsOpenIsWarm() throws Exception {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 50, 4, 17))) {
      assertTrue(live.awaitWarm(LONG));
      assertTrue(live.isWarm());
      for (long seconds : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
        assertTrue(live.awaitWarm(Duration.ofSeconds(seconds)));
      }
    }
  }

  @Test
  void aModelThatWasOpenedColdBecomesWarmOnTheConfiguredBackend() throws Exception {
    Path path = ModelFiles.random(folder, 1, 50, 4, 17);
    String configured;
    try (LiveModel live = LiveModel.open(path)) {
      configured = live.backend();
    }
    try (LiveModel live = LiveModel.open(path, OpenOptions.COPY.withCold(true))) {
      assertTrue(live.awaitWarm(LONG));
      assertEquals(configured, live.backend());
      assertEquals(1, live.gauges().versions());
    }
  }

  @Test
  void aRollBackToTheColdVersionWarmsItUp() throws Exception {
    Path cold = ModelFiles.random(folder, 1, 50, 4, 17);
    Path next = ModelFiles.random(folder, 2, 50, 4, 17);
    try (LiveModel live = LiveModel.open(cold, OpenOptions.COPY.withCold(true))) {
      // Usually precedes the warm-up in the background, which then warms this version up.
      live.publish(next);
      String configured = live.backend();
      live.rollBack();
      assertTrue(live.awaitWarm(LONG));
      assertEquals(configured, live.backend());
    }
  }

  @Test
  void closingAColdModelEndsItsWarmUpAndLeavesNothing() throws Exception {
    Path path = ModelFiles.random(folder, 1, 50, 4, 17);
    for (int i = 0; i < 50; i++) {
      LiveModel live =
          LiveModel.open(
              path,
              OpenOptions.MAP.withMode(i % 2 == 0 ? LoadMode.COPY : LoadMode.MAP).withCold(true));
      live.close();
      assertEquals(0, live.gauges().versions());
      assertEquals(0, live.gauges().bytes());
      assertTrue(
          Thread.getAllStackTraces().keySet().stream()
              .noneMatch(thread -> thread.getName().equals("staccato-warm-up")));
    }
  }

  @Test
  void whoWaitsHearsTheFinding() throws Exception {
    try (Readiness readiness = new Readiness()) {
      assertFalse(readiness.await(Duration.ZERO));
      assertFalse(readiness.await(Duration.ofMillis(-1)));
      assertFalse(readiness.await(Duration.ofMillis(20)));
      AtomicBoolean heard = new AtomicBoolean();
      Thread waiting = Thread.ofVirtual().start(() -> heard.set(await(readiness)));
      readiness.set(false);
      readiness.set(true);
      waiting.join();
      assertTrue(heard.get());
      assertTrue(readiness.await(Duration.ofSeconds(Long.MAX_VALUE)));
      readiness.set(false);
      assertFalse(readiness.isWarm(), "a later version may be cold");
    }
  }

  @Test
  void closingEndsTheWaiting() throws Exception {
    Readiness readiness = new Readiness();
    AtomicBoolean heard = new AtomicBoolean(true);
    Thread waiting = Thread.ofVirtual().start(() -> heard.set(await(readiness)));
    readiness.close();
    waiting.join();
    assertFalse(heard.get());
  }

  @Test
  void oneThreadWarmsUpAtATime() throws Exception {
    Readiness readiness = new Readiness();
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch goOn = new CountDownLatch(1);
    Runnable work =
        () -> {
          runs.incrementAndGet();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    readiness.startUnlessWarm(work);
    readiness.startUnlessWarm(() -> fail("another one warms up already"));
    goOn.countDown();
    readiness.join();
    assertEquals(2, runs.get(), "it goes on: it may have been about to end when it was asked");
    readiness.set(true);
    readiness.startUnlessWarm(work);
    readiness.close();
    readiness.set(false);
    readiness.startUnlessWarm(work);
    readiness.join();
    assertEquals(2, runs.get());
  }

  private static boolean await(Readiness readiness) {
    try {
      return readiness.await(LONG);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
