package org.staccato;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.CraftedFile;
import org.staccato.format.LoadMode;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.WeightFile;
import org.staccato.live.FollowOptions;
import org.staccato.live.Follower;
import org.staccato.live.LiveListener;
import org.staccato.live.LoadedModel;
import org.staccato.live.ModelVersion;
import org.staccato.live.Publication;
import org.staccato.live.Rejection;
import org.staccato.network.ModelSpecification.Cell;
import org.staccato.network.Network;
import org.staccato.network.NetworkWeights;
import org.staccato.network.RandomNetworks;

/**
 * What happens around a followed file rather than to it: publishers that are killed, disks that are
 * full, devices that fail, memory that is short, mappings that lose their file. The process
 * survives, the last good version serves, the reason is visible, and nothing leaks.
 */
@DisabledIfSystemProperty(
    named = "staccato.test.backend",
    matches = "vector-.*|scalar",
    disabledReason = "no backend takes part in this, and JVMs take long to start")
class LiveModelFaultsTest {
  private static final int ITEMS = 200;
  private static final FollowOptions COPY = options(LoadMode.COPY);
  private static final FollowOptions MAP = options(LoadMode.MAP);

  /** A file that can be opened and has a size, but whose reading is an error of the device. */
  private static final Path FAILING_DEVICE = Path.of("/sys/class/net/lo/speed");

  /** A file that claims to have 4096 bytes, and has a few. */
  private static final Path SHORT_DEVICE = Path.of("/sys/class/net/lo/mtu");

  @TempDir Path folder;

  private final Map<String, float[]> answers = new ConcurrentHashMap<>();

  private static FollowOptions options(LoadMode mode) {
    return new FollowOptions(
        mode, Duration.ofMillis(50), Duration.ofMillis(5), Duration.ofMillis(100));
  }

  /** A version, whose answer is known from now on. */
  private Path version(long seed) throws IOException {
    Path path = ModelFiles.random(folder, seed, ITEMS, 8, 33);
    try (LiveModel model = LiveModel.open(path)) {
      answers.put(model.digest(), answer(model.newScorer(), model.digest(), new HashMap<>()));
    }
    return path;
  }

  private static float[] answer(Scorer scorer, String digest, Map<String, UserState> users) {
    UserState user = users.computeIfAbsent(digest, of -> scorer.newState());
    scorer.reset(user);
    scorer.step(user, 3);
    scorer.step(user, ITEMS - 1);
    float[] scores = new float[ITEMS];
    scorer.scores(user, scores);
    return scores;
  }

  /** A thread that scores all the time, and compares each answer, bit by bit. */
  private final class Load implements AutoCloseable {
    private final AtomicLong count = new AtomicLong();
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;

    Load(LiveModel live) {
      thread = new Thread(() -> run(live.newScorer()), "load");
      thread.setUncaughtExceptionHandler((t, e) -> thrown.set(e));
      thread.start();
      awaitAnswers();
    }

    private void run(Scorer scorer) {
      Map<String, UserState> users = new HashMap<>();
      while (!stopped) {
        String digest = scorer.acquire().digest();
        try {
          assertArrayEquals(answers.get(digest), answer(scorer, digest, users));
        } finally {
          scorer.release();
        }
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

  private static void await(String what, BooleanSupplier condition) {
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

  private static void awaitServed(LiveModel live, Path version) throws IOException {
    String digest;
    try (WeightFile file = WeightFile.open(version)) {
      digest = file.digest();
    }
    await(version + " is served", () -> live.digest().equals(digest));
  }

  private static Rejection awaitRejection(LiveModel live) {
    await("a file is rejected", () -> live.lastRejection().isPresent());
    return live.lastRejection().orElseThrow();
  }

  /** What a publisher does: writes beside, then renames. */
  private static void publish(Path version, Path target) throws IOException {
    Path beside = Files.copy(version, target.resolveSibling(".beside"), REPLACE_EXISTING);
    Files.move(beside, target, ATOMIC_MOVE);
  }

  private void assertNothingIsLeft(LiveModel closed) throws IOException {
    assertEquals(0, closed.gauges().versions());
    assertEquals(0, closed.gauges().bytes());
    assertTrue(!Files.readString(Path.of("/proc/self/maps")).contains(folder.toString()));
    try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
      assertEquals(List.of(), handles.filter(this::isInFolder).toList());
    }
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals("staccato-follower")));
  }

  private boolean isInFolder(Path handle) {
    try {
      return Files.readSymbolicLink(handle).startsWith(folder);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  @Test
  void aPublisherKilledAtAnyMomentLeavesATemporaryFileAtMost() throws Exception {
    Path models = Files.createDirectory(folder.resolve("models"));
    Path served = models.resolve("served.safetensors");
    Path first = version(0);
    for (int seed = 1; seed < Publisher.VERSIONS; seed++) {
      version(seed);
    }
    publish(first, served);
    long seed = System.nanoTime();
    System.out.println("the publisher is killed at moments of the seed " + seed);
    Random random = new Random(seed);
    LiveModel live = LiveModel.follow(served, COPY);
    try (Load load = new Load(live)) {
      for (int kill = 0; kill < 5; kill++) {
        long before = live.gauges().loaded();
        Process publisher = ChildJvm.start(List.of(), Publisher.class, served);
        try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(publisher.getInputStream(), StandardCharsets.UTF_8))) {
          assertEquals("published", lines.readLine());
          await("it is followed", () -> live.gauges().loaded() > before);
          TimeUnit.MICROSECONDS.sleep(random.nextInt(100_000));
          publisher.destroyForcibly().waitFor();
        }
        load.awaitAnswers();
      }
      publish(first, served);
      awaitServed(live, first);
      assertEquals(0, live.gauges().rejected(), () -> live.lastRejection().toString());
      assertTrue(live.gauges().versions() <= 3, live.gauges().toString());
    }
    live.close();
    try (Stream<Path> files = Files.list(models)) {
      assertTrue(
          files
              .filter(file -> !file.equals(served))
              .allMatch(file -> file.getFileName().toString().matches("\\.staccato-.*\\.tmp")));
    }
    assertNothingIsLeft(live);
  }

  /** Publishes versions over a file until it is killed. */
  static final class Publisher {
    static final int VERSIONS = 4;

    private Publisher() {}

    public static void main(String[] arguments) throws IOException {
      // The logger's own line must not be the first.
      LogManager.getLogManager().reset();
      Path target = Path.of(arguments[0]);
      for (int i = 1; ; i++) {
        Random random = new Random(i % VERSIONS);
        ModelFiles.write(target, network(random));
        System.out.println("published");
      }
    }

    private static NetworkWeights network(Random random) {
      return RandomNetworks.network(random, Cell.LSTM, ITEMS, 8, 33);
    }
  }

  @Test
  void aFullDiskFailsThePublisherAndNobodyElse() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.toString())
            .start();
    assumeTrue(mount.waitFor() == 0, "only root may mount a small disk");
    try {
      Path first = version(1);
      Path second = version(2);
      Path served = Files.copy(first, disk.resolve("served.safetensors"));
      Path ballast = disk.resolve("ballast");
      LiveModel live = LiveModel.follow(served, COPY);
      try (Load load = new Load(live)) {
        assertThrows(IOException.class, () -> Files.write(ballast, new byte[1 << 20]));
        IOException full =
            assertThrows(
                IOException.class,
                () -> ModelFiles.write(served, Publisher.network(new Random(2))));
        assertTrue(
            String.valueOf(full.getMessage()).startsWith(served + ": cannot be written: "),
            full.toString());
        assertTrue(
            String.valueOf(full.getMessage()).contains("No space left on device"), full.toString());
        try (Stream<Path> files = Files.list(disk)) {
          assertEquals(2, files.count(), "no temporary file is left");
        }
        assertEquals(-1, Files.mismatch(first, served));
        // Whoever copies over the file, and finds the disk full, leaves a part.
        assertThrows(IOException.class, () -> Files.write(served, new byte[1 << 20]));
        Rejection rejection = awaitRejection(live);
        assertTrue(rejection.cause() instanceof ModelRejectedException, rejection.reason());
        load.awaitAnswers();
        Files.delete(ballast);
        Files.delete(served);
        publish(second, served);
        awaitServed(live, second);
        load.awaitAnswers();
      }
      live.close();
      assertNothingIsLeft(live);
    } finally {
      assertEquals(0, new ProcessBuilder("umount", disk.toString()).start().waitFor());
    }
  }

  @Test
  void aDeviceThatCannotBeReadIsTriedAgainAndNamed() throws Exception {
    assumeTrue(isFailing(FAILING_DEVICE), "needs a device whose reading is an error");
    followLink(FAILING_DEVICE, "IOException: Invalid argument");
  }

  @Test
  void aFileThatEndsEarlyIsTriedAgainAndNamed() throws Exception {
    assumeTrue(Files.exists(SHORT_DEVICE), "needs a file shorter than it claims to be");
    followLink(SHORT_DEVICE, "the file became shorter while it was read: found ");
  }

  private static boolean isFailing(Path device) throws IOException {
    try {
      return Files.exists(device) && Files.readString(device) == null;
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).equals("Invalid argument");
    }
  }

  private void followLink(Path device, String problem) throws Exception {
    Path first = version(1);
    Path second = version(2);
    Path served = folder.resolve("served.safetensors");
    publish(first, served);
    LiveModel live = LiveModel.follow(served, COPY);
    try (Load load = new Load(live)) {
      Files.move(Files.createSymbolicLink(folder.resolve(".link"), device), served, ATOMIC_MOVE);
      String reason = awaitRejection(live).reason();
      assertTrue(reason.startsWith(served + ": ") && reason.contains(problem), reason);
      await("it is tried again", () -> live.gauges().rejected() > 2);
      load.awaitAnswers();
      publish(second, served);
      awaitServed(live, second);
      long bytes = live.gauges().bytes();
      assertTrue(bytes <= 3 * (Files.size(second) * 9 / 8 + 64), "slots are used again: " + bytes);
    }
    live.close();
    assertNothingIsLeft(live);
  }

  @Test
  void anotherFormatVersionIsRejected() throws Exception {
    Path first = version(1);
    Path served = folder.resolve("served.safetensors");
    publish(first, served);
    try (LiveModel live = LiveModel.follow(served, COPY)) {
      String text = new String(Files.readAllBytes(first), StandardCharsets.ISO_8859_1);
      String newer = text.replace("format.version\":\"2\"", "format.version\":\"3\"");
      Path other = folder.resolve("newer");
      Files.write(other, CraftedFile.sealed(newer.getBytes(StandardCharsets.ISO_8859_1)));
      publish(other, served);
      ModelRejectedException cause = (ModelRejectedException) awaitRejection(live).cause();
      assertEquals(Reason.VERSION_NEWER, cause.reason());
      awaitServed(live, first);
    }
  }

  @Test
  void aVersionThatTakesLongToWarmUpKeepsNobodyWaiting() throws Exception {
    Path first = version(1);
    Path second = version(2);
    Path served = folder.resolve("served.safetensors");
    publish(first, served);
    LiveModel live = LiveModel.follow(served, COPY);
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch warm = new CountDownLatch(1);
    // It is called at the end of the warm-up, which lasts as long as it likes.
    live.addListener(
        new LiveListener() {
          @Override
          public void loaded(ModelVersion version, Duration time) {
            loading.countDown();
            try {
              warm.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        });
    try (Load load = new Load(live)) {
      publish(second, served);
      loading.await();
      load.awaitAnswers();
      assertEquals(1, live.version().number());
      warm.countDown();
      awaitServed(live, second);
      load.awaitAnswers();
    }
    live.close();
    assertNothingIsLeft(live);
  }

  @Test
  void aFileSystemWithoutNoticesIsPolled() throws Exception {
    Path first = version(1);
    Path second = version(2);
    try (FileSystem zip =
        FileSystems.newFileSystem(folder.resolve("models.zip"), Map.of("create", "true"))) {
      Path served = zip.getPath("/served.safetensors");
      assertThrows(UnsupportedOperationException.class, zip::newWatchService);
      Files.copy(first, served);
      try (LiveModel live = LiveModel.follow(served, COPY);
          Load load = new Load(live)) {
        Files.copy(second, served, REPLACE_EXISTING);
        awaitServed(live, second);
        load.awaitAnswers();
      }
    }
  }

  @Test
  void mappedVersionsOutliveTheNamesOfTheirFiles() throws Exception {
    Path first = version(1);
    Path second = version(2);
    Path served = folder.resolve("served.safetensors");
    publish(first, served);
    LiveModel live = LiveModel.follow(served, MAP);
    try (Load load = new Load(live)) {
      Files.delete(served);
      load.awaitAnswers();
      Files.createDirectory(served);
      assertEquals(
          Reason.NOT_A_FILE, ((ModelRejectedException) awaitRejection(live).cause()).reason());
      load.awaitAnswers();
      Files.delete(served);
      for (int i = 0; i < 10; i++) {
        Path next = i % 2 == 0 ? second : first;
        publish(next, served);
        awaitServed(live, next);
      }
      load.awaitAnswers();
      await("versions are unmapped", () -> live.gauges().versions() <= 2);
      try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
        assertTrue(maps.filter(line -> line.contains(folder.toString())).count() <= 2);
      }
    }
    live.close();
    assertNothingIsLeft(live);
  }

  @Test
  void whatDoesNotFitIntoNativeMemoryIsRejectedByTheFollower() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "a shell must limit the address space");
    Path version = version(1);
    Path large = folder.resolve("large");
    try (FileChannel channel =
        FileChannel.open(large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      // Sparse: it takes no room on the disk.
      channel.write(ByteBuffer.allocate(1), 16L << 30);
    }
    Process child = ChildJvm.startLimited(List.of("-Xmx128m"), TooLittle.class, version, large);
    String output = ChildJvm.output(child);
    assertEquals(0, child.exitValue(), output);
    assertTrue(output.contains(": found too little native memory, expected "), output);
    assertTrue(output.contains("serves version "), output);
  }

  /** Follows a file through a version that does not fit. */
  static final class TooLittle {
    private TooLittle() {}

    public static void main(String[] arguments) throws Exception {
      Path good = Path.of(arguments[0]);
      Path served = good.resolveSibling("followed.safetensors");
      publish(good, served);
      try (LiveModel live = LiveModel.follow(served, COPY)) {
        // Renamed as it is: a copy would not be sparse.
        Files.move(Path.of(arguments[1]), served, ATOMIC_MOVE);
        System.out.println(awaitRejection(live).reason());
        Path next = served.resolveSibling("next");
        ModelFiles.write(next, Publisher.network(new Random(7)));
        publish(next, served);
        awaitServed(live, next);
        System.out.println("serves version " + live.version().number());
      }
    }
  }

  @Test
  void memoryThatRunsOutDuringALoadIsARejectionAndLosesNoSlot() throws Exception {
    Path first = version(1);
    Path second = version(2);
    try (LiveModel live = LiveModel.open(first, LoadMode.COPY)) {
      live.publish(second);
      long bytes = live.gauges().bytes();
      Scorer scorer = live.newScorer();
      // A listener stands for whatever needs memory while a version is loaded.
      AtomicInteger failures = new AtomicInteger(1);
      live.addListener(
          new LiveListener() {
            @Override
            public void loaded(ModelVersion version, Duration time) {
              if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("injected");
              }
            }
          });
      Path third = version(3);
      IOException e = assertThrows(IOException.class, () -> live.publish(third));
      assertEquals(third + ": found too little memory to load it: injected", e.getMessage());
      assertEquals(e.getMessage(), live.lastRejection().orElseThrow().reason());
      for (int i = 0; i < 4; i++) {
        live.publish(i % 2 == 0 ? third : first);
      }
      assertArrayEquals(answers.get(live.digest()), answer(scorer, live.digest(), new HashMap<>()));
      await("versions are retired", () -> live.gauges().versions() <= 2);
      assertTrue(live.gauges().bytes() <= bytes * 3 / 2, "no slot is lost");
    }
  }

  @Test
  void aVersionForWhichAReaderGetsNoScratchIsClosedAndNotPublished() throws Exception {
    LoadedModel first = loaded(version(1));
    LoadedModel second = loaded(version(2));
    Publication publication = new Publication(first, retired -> {});
    var lease =
        publication.newLease(
            model -> {
              if (model == second) {
                throw new OutOfMemoryError("injected");
              }
              return model;
            });
    assertThrows(OutOfMemoryError.class, () -> publication.publish(second));
    assertThrows(
        IllegalStateException.class, () -> second.file().data().get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(first, lease.enter());
    lease.exit();
    publication.close();
  }

  @SuppressWarnings("MustBeClosedChecker") // The model owns the file.
  private static LoadedModel loaded(Path path) throws IOException {
    WeightFile file = WeightFile.open(path);
    Network network = Network.open(file);
    ModelVersion version =
        new ModelVersion(1, file.digest(), path, 0, Instant.EPOCH, network.specification());
    return new LoadedModel(version, file, network);
  }

  @Test
  void anErrorOfTheJvmIsTriedAgainAndARejectedFileIsNot() throws Exception {
    Path file = Files.write(folder.resolve("followed"), new byte[1]);
    AtomicInteger looks = new AtomicInteger();
    AtomicInteger attempts = new AtomicInteger();
    Follower.Target target =
        new Follower.Target() {
          @Override
          public void publish(Path path) throws IOException {
            switch (attempts.incrementAndGet()) {
              case 1 -> throw new OutOfMemoryError("injected");
              case 2 -> throw new NoSuchFileException(path.toString());
              default -> throw new ModelRejectedException(path, Reason.EMPTY, "found nothing");
            }
          }

          @Override
          public boolean isPinned() {
            looks.incrementAndGet();
            return false;
          }
        };
    FollowOptions eager =
        new FollowOptions(LoadMode.COPY, Duration.ofMillis(1), Duration.ZERO, Duration.ZERO);
    try (Follower follower = new Follower(file, eager, target)) {
      follower.start();
      await("it has looked", () -> looks.get() > 10);
      assertEquals(0, attempts.get(), "the first file is the caller's to load");
      Files.write(file, new byte[2]);
      await("it is rejected for what it is", () -> attempts.get() == 3);
      int before = looks.get();
      await("it has looked again", () -> looks.get() > before + 10);
      assertEquals(3, attempts.get());
    }
  }

  @Test
  void aReasonNamesTheFileOnce() {
    Path file = Path.of("/models/a");
    assertEquals(
        "/models/a: NoSuchFileException", reason(file, new NoSuchFileException("/models/a")));
    assertEquals("/models/a: IOException: Map failed", reason(file, new IOException("Map failed")));
    assertEquals("/models/a: too big", reason(file, new IOException("/models/a: too big")));
  }

  private static String reason(Path file, IOException cause) {
    return new Rejection(file, Instant.EPOCH, cause).reason();
  }
}
