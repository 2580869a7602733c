package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.staccato.VersionsUnderLoad.await;
import static org.staccato.VersionsUnderLoad.publish;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.VersionsUnderLoad.Load;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileSlots;
import org.staccato.live.FollowOptions;
import org.staccato.live.LiveListener;
import org.staccato.live.LoadMode;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.FailingDisk;

/**
 * A disk that fails at each operation of a load in turn: the first, the second, until a load ends
 * before the operation that would fail. Each failure is reported, no failure changes the version
 * that is served, and no failure leaves anything behind.
 */
@DisabledIfSystemProperty(
    named = "staccato.test.backend",
    matches = "vector-.*|scalar",
    disabledReason = "no backend takes part in this")
class FailingDiskTest {

  /** The failures of disks: an exception of the system, and one with a class of its own. */
  private static final List<Function<String, IOException>> FAILURES =
      List.of(IOException::new, message -> new AccessDeniedException("a file", null, message));

  private static final Set<String> MAPPING = Set.of("attributes", "open", "size", "map", "close");
  private static final Set<String> COMPARING = Set.of("attributes", "open", "read", "close");

  /**
   * The header of a file is read before the file is mapped, since it may be the version that is
   * served.
   */
  private static final Set<String> COMPARING_AND_MAPPING =
      Set.of("attributes", "open", "read", "size", "map", "close");

  private static final Set<String> COPYING = Set.of("attributes", "open", "size", "read", "close");

  /** The operations of each load: a copy takes many reads, a mapping takes none. */
  private static final int MAPPING_OPERATIONS = 5;

  private static final int COPYING_OPERATIONS = 15;

  @TempDir Path folder;
  private final FailingDisk disk = new FailingDisk(FileSystems.getDefault());
  private VersionsUnderLoad versions;
  private Path first;
  private Path second;
  private List<String> passed = List.of();

  @BeforeEach
  void write() throws IOException {
    versions = new VersionsUnderLoad(folder);
    first = versions.version(1);
    second = versions.version(2);
  }

  /** Loads something from the disk. */
  private interface Loading {
    AutoCloseable load() throws IOException;
  }

  /** Lets each operation fail in turn, and returns those of the load that passes in the end. */
  private List<String> failEach(Loading loading) throws Exception {
    for (Function<String, IOException> failure : FAILURES) {
      int operation = 1;
      while (!passes(operation, failure, loading)) {
        operation++;
      }
      assertEquals(operation - 1, passed.size(), "each operation has failed once");
    }
    return passed;
  }

  private boolean passes(int operation, Function<String, IOException> failure, Loading loading)
      throws Exception {
    disk.failAt(operation, failure);
    try (AutoCloseable loaded = loading.load()) {
      assertTrue(!disk.hasFailed(), () -> loaded + " in spite of " + disk.operations());
      // Check now: a follower that is closed may look once more.
      passed = disk.operations();
      return true;
    } catch (IOException e) {
      assertInjected(operation, e.toString());
      assertEquals(0, versions.mappings(), disk.operations().toString());
      versions.assertNoHandleIsLeft();
      return false;
    }
  }

  private void assertInjected(int operation, String problem) {
    assertTrue(problem.contains("injected into operation " + operation + ", "), problem);
  }

  private static void assertVisited(LoadMode mode, List<String> operations) {
    boolean map = mode == LoadMode.MAP;
    assertEquals(map ? MAPPING : COPYING, Set.copyOf(operations));
    assertTrue(
        operations.size() >= (map ? MAPPING_OPERATIONS : COPYING_OPERATIONS),
        operations.toString());
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeReadIsNotOpened(LoadMode mode) throws Exception {
    assertVisited(
        mode, failEach(() -> LiveModel.open(disk.path(first), OpenOptions.MAP.withMode(mode))));
    if (mode == LoadMode.MAP) {
      assertVisited(mode, failEach(() -> WeightFile.open(disk.path(first))));
    }
  }

  @ParameterizedTest
  @CsvSource({"MAP, false", "MAP, true", "COPY, false", "COPY, true"})
  void whatCannotBeReadIsNotFollowed(LoadMode mode, boolean asFolder) throws Exception {
    Path models = Files.createDirectory(folder.resolve("models"));
    Path served = Files.copy(first, models.resolve("served.safetensors"));
    Path path = disk.path(asFolder ? models : served);
    // The follower does not look again while the operations are counted.
    OpenOptions options =
        new OpenOptions(
            mode,
            false,
            1,
            Optional.of(new FollowOptions(Duration.ofHours(1), Duration.ZERO, Duration.ZERO)));
    List<String> operations = failEach(() -> LiveModel.open(path, options));
    assertEquals(asFolder, operations.contains("list"));
    assertEquals(asFolder, operations.contains("next file"));
    assertTrue(operations.size() > MAPPING_OPERATIONS, operations.toString());
  }

  @Test
  void noSlotIsLost() throws Exception {
    WeightFileSlots slots = new WeightFileSlots();
    failEach(() -> slots.open(disk.path(first), Pace.full()));
    long slot = slots.bytes();
    assertTrue(slot >= Files.size(first) && slot <= 2 * Files.size(first), "one slot: " + slot);
    slots.close();
    assertEquals(0, slots.bytes());
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeReadIsNotPublished(LoadMode mode) throws Exception {
    LiveModel live = LiveModel.open(first, OpenOptions.MAP.withMode(mode));
    try (Load load = versions.load(live)) {
      // All slots that there will be: of the version served, the one before, and the next.
      live.publish(second);
      live.publish(first);
      Path next = second;
      for (Function<String, IOException> failure : FAILURES) {
        await("two versions are left", () -> live.gauges().versions() == 2);
        publishAfterFailures(live, next, failure, load);
        assertEquals(
            mode == LoadMode.MAP ? COMPARING_AND_MAPPING : COPYING, Set.copyOf(disk.operations()));
        next = first;
      }
    }
    live.close();
    versions.assertNothingIsLeft(live);
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeComparedIsNotPublished(LoadMode mode) throws Exception {
    try (LiveModel live = LiveModel.open(first, OpenOptions.MAP.withMode(mode))) {
      for (Function<String, IOException> failure : FAILURES) {
        for (int operation = 1; operation == 1 || disk.hasFailed(); operation++) {
          boolean same = publishes(live, first, operation, failure);
          assertEquals(!disk.hasFailed(), same, disk.operations().toString());
          assertEquals(1, live.gauges().loaded());
          versions.assertNoHandleIsLeft();
        }
        assertEquals(COMPARING, Set.copyOf(disk.operations()));
      }
    }
  }

  private void publishAfterFailures(
      LiveModel live, Path next, Function<String, IOException> failure, Load load)
      throws IOException {
    String served = live.version().digest();
    long bytes = live.gauges().bytes();
    long mappings = versions.mappings();
    int operation = 1;
    while (!publishes(live, next, operation, failure)) {
      assertInjected(operation, live.lastRejection().orElseThrow().reason());
      assertEquals(served, live.version().digest());
      assertEquals(bytes, live.gauges().bytes(), disk.operations().toString());
      assertEquals(mappings, versions.mappings(), disk.operations().toString());
      load.awaitAnswers();
      operation++;
    }
    assertEquals(VersionsUnderLoad.digest(next), live.version().digest());
    load.awaitAnswers();
  }

  private boolean publishes(
      LiveModel live, Path next, int operation, Function<String, IOException> failure) {
    disk.failAt(operation, failure);
    long rejected = live.gauges().rejected();
    try {
      live.publish(disk.path(next));
      assertTrue(!disk.hasFailed(), () -> "published in spite of " + disk.operations());
      return true;
    } catch (IOException e) {
      assertInjected(operation, e.toString());
      assertEquals(rejected + 1, live.gauges().rejected());
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({"MAP, false", "MAP, true", "COPY, false", "COPY, true"})
  void whatCouldNotBeReadOnceIsServedInTheEnd(LoadMode mode, boolean asFolder) throws Exception {
    Path models = Files.createDirectory(folder.resolve("models"));
    Path served = Files.copy(first, models.resolve("served.safetensors"));
    // The disk gives no notices, so that it is polled.
    OpenOptions options =
        new OpenOptions(
            mode,
            false,
            1,
            Optional.of(
                new FollowOptions(
                    Duration.ofMillis(5), Duration.ofMillis(1), Duration.ofMillis(10))));
    LiveModel live = LiveModel.open(disk.path(asFolder ? models : served), options);
    AtomicInteger published = new AtomicInteger();
    live.addListener(
        new LiveListener() {
          @Override
          public void published(ModelVersion version) {
            // Later failures belong to no operation of this load.
            disk.repair();
            published.incrementAndGet();
          }
        });
    Set<String> visited = new TreeSet<>();
    int failures = 0;
    try (Load load = versions.load(live)) {
      for (Function<String, IOException> failure : FAILURES) {
        for (int operation = 1; operation == 1 || disk.hasFailed(); operation++) {
          int before = published.get();
          Path next =
              VersionsUnderLoad.digest(first).equals(live.version().digest()) ? second : first;
          disk.failAt(operation, failure);
          publish(next, served);
          await("the next is published", () -> published.get() > before);
          assertEquals(VersionsUnderLoad.digest(next), live.version().digest());
          if (disk.hasFailed()) {
            visited.add(disk.operations().get(operation - 1));
            failures++;
          }
        }
      }
      load.awaitAnswers();
    }
    live.close();
    assertTrue(visited.containsAll(mode == LoadMode.MAP ? MAPPING : COPYING), visited.toString());
    assertEquals(asFolder, visited.contains("next file"), visited.toString());
    assertTrue(failures > 2 * MAPPING_OPERATIONS, failures + " failures");
    versions.assertNothingIsLeft(live);
  }
}
