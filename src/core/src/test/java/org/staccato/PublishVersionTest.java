package org.staccato;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.live.LiveListener;
import org.staccato.live.LoadMode;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.live.Rejection;
import org.staccato.model.Activation;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;

/**
 * One version after another: the versions that scorers see, and the resources of earlier versions.
 */
class PublishVersionTest {
  private static final int ITEMS = 300;
  private static final int CHANGES = 10;

  /** What counting allocates. */
  private static final long SMALL = 1024;

  @TempDir Path folder;
  private Path a;
  private Path b;
  private Path c;

  @BeforeEach
  void writeVersions() throws IOException {
    a = ModelFiles.random(folder, 1, ITEMS, 8, 33);
    b = ModelFiles.random(folder, 2, ITEMS, 8, 33);
    c = ModelFiles.random(folder, Cell.GRU, 3, 2 * ITEMS, 5, 17, 40);
  }

  @ParameterizedTest
  @EnumSource(LoadMode.class)
  void theNextCallSeesTheNewVersion(LoadMode mode) throws IOException {
    float[] expectedA = scoresOf(a);
    float[] expectedB = scoresOf(b);
    try (LiveModel live = LiveModel.open(a, OpenOptions.MAP.withMode(mode))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      assertArrayEquals(expectedA, scores(scorer, user));
      ModelVersion second = live.publish(b);
      assertEquals(2, second.number());
      assertEquals(second, live.version());
      assertThrows(StaleVersionException.class, () -> scorer.step(user, 3));
      assertThrows(StaleVersionException.class, () -> scorer.prepare(user));
      assertArrayEquals(expectedB, scores(scorer, scorer.newState()));
      assertEquals(a, live.previousVersion().orElseThrow().path());
    }
  }

  @Test
  void aVersionMayHaveOtherItemsOtherSizesAndAnotherCell() throws IOException {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(4);
      scorer.step(scorer.newState(), ITEMS - 1);
      live.publish(c);
      UserState user = scorer.newState();
      scorer.step(user, 2 * ITEMS - 1);
      UserState other = batch.newState();
      batch.step(new UserState[] {other}, new int[] {2 * ITEMS - 1}, 1);
      for (int unit = 0; unit < 40; unit++) {
        assertEquals(user.hidden(1, unit), other.hidden(1, unit), 1e-5f);
      }
      live.publish(a);
      assertThrows(IndexOutOfBoundsException.class, () -> scorer.step(scorer.newState(), ITEMS));
    }
  }

  @Test
  void theSameVersionAgainChangesNothing() throws IOException {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      assertEquals(1, live.publish(a).number());
      scorer.step(user, 3);
      assertEquals(1, live.gauges().versions());
    }
  }

  @Test
  void aModelOfAnotherTaskIsRejected() throws IOException {
    Path prediction = ModelFiles.prediction(folder, Cell.LSTM, Activation.LINEAR, 4, 5, 1, 17);
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
      assertThrows(ModelRejectedException.class, () -> live.publish(prediction));
      assertEquals(a, live.version().path());
      assertTrue(live.lastRejection().orElseThrow().reason().contains("task"));
    }
  }

  @ParameterizedTest
  @EnumSource(LoadMode.class)
  void whatIsAcquiredStaysWhateverIsPublished(LoadMode mode) throws Exception {
    float[] expected = scoresOf(a);
    try (LiveModel live = LiveModel.open(a, OpenOptions.MAP.withMode(mode))) {
      Scorer scorer = live.newScorer();
      ModelVersion version = scorer.acquire().version();
      assertThrows(IllegalStateException.class, scorer::acquire);
      ItemKeys keys = scorer.itemKeys();
      UserState user = scorer.newState();
      live.publish(b);
      live.publish(c);
      assertEquals(
          3, live.gauges().versions(), "the one that is read, the one before, the current");
      assertEquals(3, live.gauges().loaded());
      assertTrue(live.gauges().oldestLease().isPositive());
      assertEquals(1, version.number());
      assertArrayEquals(expected, scores(scorer, user));
      assertEquals(7, keys.indexOf(107));
      scorer.release();
      await(() -> live.gauges().versions() == 2);
      assertThrows(IllegalStateException.class, () -> keys.indexOf(107), "never another's keys");
      assertThrows(IllegalStateException.class, scorer::itemKeys);
      assertThrows(IllegalStateException.class, scorer::release);
      assertThrows(StaleVersionException.class, () -> scorer.step(user, 3));
      assertEquals(Duration.ZERO, live.gauges().oldestLease());
    }
  }

  @ParameterizedTest
  @EnumSource(LoadMode.class)
  void underLoadEachAnswerIsOfOneVersionAndNothingIsLeft(LoadMode mode) throws Exception {
    float[] expectedA = scoresOf(a);
    float[] expectedB = scoresOf(b);
    CountDownLatch changes = new CountDownLatch(2 * CHANGES);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> readers = new ArrayList<>();
      try (LiveModel live = LiveModel.open(a, OpenOptions.MAP.withMode(mode))) {
        String first = live.version().digest();
        for (int i = 0; i < 2; i++) {
          readers.add(
              threads.submit(
                  () -> {
                    Scorer scorer = live.newScorer();
                    String last = first;
                    for (int seen = 0; seen < CHANGES; ) {
                      ModelVersion version = scorer.acquire().version();
                      try {
                        float[] expected = version.digest().equals(first) ? expectedA : expectedB;
                        assertArrayEquals(expected, scores(scorer, scorer.newState()));
                      } finally {
                        scorer.release();
                      }
                      if (!version.digest().equals(last)) {
                        last = version.digest();
                        seen++;
                        changes.countDown();
                      }
                    }
                    return null;
                  }));
        }
        int swaps = 0;
        while (!changes.await(1, TimeUnit.MILLISECONDS)
            && readers.stream().noneMatch(reader -> reader.state() == Future.State.FAILED)) {
          live.publish(swaps++ % 2 == 0 ? b : a);
        }
        for (Future<?> reader : readers) {
          reader.get();
        }
        await(() -> live.gauges().versions() == 2);
        assertEquals(swaps - 1, live.gauges().retired());
        long largest = Files.size(a) + Files.size(b);
        // The current version, the one before, the one that is loaded, and one for each reader.
        assertTrue(live.gauges().bytes() < 3 * largest, live.gauges().toString());
      }
    }
    assertFalse(
        Files.readString(Path.of("/proc/self/maps")).contains(folder.toString()),
        "no mapping left");
  }

  @Test
  void rollingBackServesTheVersionBefore() throws IOException {
    float[] expected = scoresOf(a);
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
      assertThrows(IllegalStateException.class, live::rollBack);
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      live.publish(b);
      assertEquals(1, live.rollBack().number());
      assertArrayEquals(expected, scores(scorer, user), "its states are good again");
      assertEquals(1, live.gauges().versions());
      assertThrows(IllegalStateException.class, live::rollBack);
      assertEquals(3, live.publish(b).number());
    }
  }

  @Test
  void closingWaitsForWhatIsAcquired() throws Exception {
    LiveModel live = LiveModel.open(a, OpenOptions.COPY);
    CountDownLatch acquired = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    float[] expected = scoresOf(a);
    try (ExecutorService thread = Executors.newFixedThreadPool(2)) {
      Future<float[]> answer =
          thread.submit(
              () -> {
                Scorer scorer = live.newScorer();
                scorer.acquire();
                acquired.countDown();
                closing.await();
                // Wait until the close has begun, which rejects further scorers.
                await(() -> throwsIllegalState(live::newScorer));
                float[] scores = scores(scorer, scorer.newState());
                scorer.release();
                return scores;
              });
      acquired.await();
      Future<?> close = thread.submit(live::close);
      closing.countDown();
      assertArrayEquals(expected, answer.get());
      close.get();
      assertEquals(0, live.gauges().bytes());
      assertThrows(IllegalStateException.class, () -> live.publish(b));
    }
  }

  @Test
  void closingTakesAwayWhatTheSameThreadOrADeadOneHolds() throws Exception {
    LiveModel live = LiveModel.open(a, OpenOptions.COPY);
    Scorer scorer = live.newScorer();
    Scorer dead = live.newScorer();
    Thread thread = new Thread(dead::acquire);
    thread.start();
    thread.join();
    scorer.acquire();
    UserState user = scorer.newState();
    live.close();
    assertThrows(IllegalStateException.class, () -> scorer.step(user, 3));
    scorer.release();
    assertThrows(IllegalStateException.class, scorer::acquire);
    assertEquals(0, live.gauges().bytes());
  }

  @Test
  void scorersAllocateNothingWhileVersionsChange() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY);
        ExecutorService publisher = Executors.newSingleThreadExecutor()) {
      Scorer scorer = live.newScorer();
      UserState stateA = scorer.newState();
      live.publish(b);
      UserState stateB = scorer.newState();
      String first = stateA.digest();
      Ranked ranked = new Ranked(10);
      answer(scorer, first, stateA, stateB, ranked, 20_000);
      // The JIT recompiles code when it meets a new case, and the code boxes vectors meanwhile.
      long bytes = Long.MAX_VALUE;
      for (int attempt = 0; attempt < 100 && bytes > SMALL; attempt++) {
        AtomicBoolean done = new AtomicBoolean();
        Future<?> swaps =
            publisher.submit(
                () -> {
                  for (int swap = 0; swap < 10; swap++) {
                    live.publish(swap % 2 == 0 ? a : b);
                  }
                  done.set(true);
                  return null;
                });
        long before = threads.getCurrentThreadAllocatedBytes();
        while (!done.get()) {
          answer(scorer, first, stateA, stateB, ranked, 100);
        }
        bytes = threads.getCurrentThreadAllocatedBytes() - before;
        swaps.get();
      }
      assertTrue(bytes <= SMALL, bytes + " bytes while ten versions were published");
    }
  }

  private static void answer(
      Scorer scorer, String first, UserState a, UserState b, Ranked ranked, int calls) {
    for (int i = 0; i < calls; i++) {
      UserState user = scorer.acquire().version().digest().equals(first) ? a : b;
      try {
        scorer.step(user, i % ITEMS);
        scorer.topK(user, 10, ranked);
      } finally {
        scorer.release();
      }
    }
  }

  @Test
  void listenersAndTheFlightRecorderHearOfEverything() throws Exception {
    List<String> heard = new ArrayList<>();
    Path dump = folder.resolve("flight.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("org.staccato.SlowCall").withThreshold(Duration.ZERO);
      recording.start();
      try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
        live.addListener(
            new LiveListener() {
              @Override
              public void loaded(ModelVersion version, Duration time) {
                heard.add("loaded " + version.number());
                throw new IllegalStateException("a listener's own trouble");
              }

              @Override
              public void published(ModelVersion version) {
                heard.add("published " + version.number());
              }

              @Override
              public void retired(ModelVersion version) {
                heard.add("retired " + version.number());
              }

              @Override
              public void rejected(Rejection rejection) {
                heard.add("rejected " + rejection.path().getFileName());
              }
            });
        Scorer scorer = live.newScorer();
        scorer.step(scorer.newState(), 3);
        live.publish(b);
        assertThrows(
            ModelRejectedException.class,
            () -> live.publish(Files.writeString(folder.resolve("text"), "not a model at all")));
        live.publish(c);
      }
      recording.stop();
      recording.dump(dump);
    }
    assertEquals(
        List.of(
            "loaded 2",
            "published 2",
            "rejected text",
            "loaded 3",
            "retired 1",
            "published 3",
            "retired 3",
            "retired 2"),
        heard);
    List<RecordedEvent> events = RecordingFile.readAllEvents(dump);
    assertEquals(3, count(events, "org.staccato.Load"));
    assertEquals(3, count(events, "org.staccato.Publish"));
    assertEquals(3, count(events, "org.staccato.Retire"));
    assertEquals(1, count(events, "org.staccato.Reject"));
    assertTrue(count(events, "org.staccato.SlowCall") > 0);
    RecordedEvent load =
        events.stream()
            .filter(event -> event.getEventType().getName().equals("org.staccato.Load"))
            .filter(event -> event.getLong("number") == 1)
            .findFirst()
            .orElseThrow();
    assertEquals(Files.size(a), load.getLong("bytes"));
    assertNotEquals("", load.getString("digest"));
  }

  private static long count(List<RecordedEvent> events, String name) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).count();
  }

  private static float[] scoresOf(Path path) throws IOException {
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      return scores(scorer, scorer.newState());
    }
  }

  private static float[] scores(Scorer scorer, UserState user) {
    scorer.step(user, 3);
    scorer.step(user, ITEMS - 1);
    float[] scores = new float[ITEMS];
    scorer.scores(user, scores);
    return scores;
  }

  private static boolean throwsIllegalState(Runnable action) {
    try {
      action.run();
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < deadline, "within a minute");
      Thread.sleep(1);
    }
  }
}
