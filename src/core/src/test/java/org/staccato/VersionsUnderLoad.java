package org.staccato;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.staccato.format.WeightFile;
import org.staccato.live.FollowOptions;
import org.staccato.live.LoadMode;
import org.staccato.live.OpenOptions;
import org.staccato.live.Rejection;
import org.staccato.testkit.ModelFiles;

/**
 * Versions in a folder, each with a known answer, and the threads that ask for answers while the
 * folder changes.
 */
final class VersionsUnderLoad {
  static final int ITEMS = 200;

  private final Path folder;
  private final Map<String, float[]> answers = new ConcurrentHashMap<>();

  VersionsUnderLoad(Path folder) {
    this.folder = folder;
  }

  /** The options with which tests follow a file: short periods. */
  static OpenOptions options(LoadMode mode) {
    return new OpenOptions(
        mode,
        false,
        1,
        Optional.of(
            new FollowOptions(
                Duration.ofMillis(50), Duration.ofMillis(5), Duration.ofMillis(100))));
  }

  /** Writes a version, whose answer is known from now on. */
  Path version(long seed) throws IOException {
    return known(ModelFiles.random(folder, seed, ITEMS, 8, 33));
  }

  /** Lets the answer of a version be known from now on. */
  Path known(Path version) throws IOException {
    try (LiveModel model = LiveModel.open(version)) {
      Scorer scorer = model.newScorer();
      scorer.acquire();
      answers.put(
          model.version().digest(), answer(scorer, model.version().digest(), new HashMap<>()));
      scorer.release();
    }
    return version;
  }

  /** Asks once, and compares bit by bit with the answer of the version that is served. */
  void assertAnswers(Scorer scorer, Map<String, UserState> users) {
    String digest = scorer.acquire().version().digest();
    try {
      assertArrayEquals(answers.get(digest), answer(scorer, digest, users));
    } finally {
      scorer.release();
    }
  }

  private static float[] answer(Scorer scorer, String digest, Map<String, UserState> users) {
    UserState user = users.computeIfAbsent(digest, of -> scorer.newState());
    int items = scorer.itemKeys().size();
    scorer.reset(user);
    scorer.step(user, 3);
    scorer.step(user, items - 1);
    float[] scores = new float[items];
    scorer.scores(user, scores);
    return scores;
  }

  /** Starts a thread that asks all the time. */
  Load load(LiveModel live) {
    return new Load(live);
  }

  /** A thread that scores all the time, and compares each answer, bit by bit. */
  final class Load implements AutoCloseable {
    private final AtomicLong count = new AtomicLong();
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;

    private Load(LiveModel live) {
      thread = new Thread(() -> run(live.newScorer()), "load");
      thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
      thread.start();
      awaitAnswers();
    }

    private void run(Scorer scorer) {
      Map<String, UserState> users = new HashMap<>();
      while (!stopped) {
        assertAnswers(scorer, users);
        count.incrementAndGet();
      }
    }

    void awaitAnswers() {
      long before = count.get();
      await("more is answered", () -> count.get() > before + 1000 || thrown.get() != null);
      assertEquals(null, thrown.get());
    }

    @Override
    public void close() {
      stopped = true;
      await("the load ends", () -> !thread.isAlive());
      assertEquals(null, thrown.get());
    }
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> "waited in vain until " + what);
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  static String digest(Path version) throws IOException {
    try (WeightFile file = WeightFile.open(version)) {
      return file.digest();
    }
  }

  static void awaitServed(LiveModel live, Path version) throws IOException {
    String digest = digest(version);
    await(version + " is served", () -> live.version().digest().equals(digest));
  }

  static Rejection awaitRejection(LiveModel live) {
    await("a file is rejected", () -> live.lastRejection().isPresent());
    return live.lastRejection().orElseThrow();
  }

  /** Publishes like a service: writes a file beside the target, then renames it. */
  static void publish(Path version, Path target) throws IOException {
    Path beside = Files.copy(version, target.resolveSibling(".beside"), REPLACE_EXISTING);
    Files.move(beside, target, ATOMIC_MOVE);
  }

  /** Requires that no version, byte, mapping, open file or thread is left after the close. */
  void assertNothingIsLeft(LiveModel closed) throws IOException {
    assertEquals(0, closed.gauges().versions());
    assertEquals(0, closed.gauges().bytes());
    assertEquals(0, mappings());
    assertNoHandleIsLeft();
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals("staccato-follower")));
  }

  /** The number of mapped files of the folder. */
  long mappings() throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains(folder.toString())).count();
    }
  }

  void assertNoHandleIsLeft() throws IOException {
    try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
      assertEquals(List.of(), handles.filter(this::isInFolder).toList());
    }
  }

  private boolean isInFolder(Path handle) {
    try {
      return Files.readSymbolicLink(handle).startsWith(folder);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
