package org.staccato;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.staccato.VersionsUnderLoad.ITEMS;
import static org.staccato.VersionsUnderLoad.await;
import static org.staccato.VersionsUnderLoad.awaitRejection;
import static org.staccato.VersionsUnderLoad.awaitServed;
import static org.staccato.VersionsUnderLoad.publish;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.VersionsUnderLoad.Load;
import org.staccato.format.CraftedFile;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.live.LoadMode;
import org.staccato.live.OpenOptions;
import org.staccato.live.Rejection;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ChildJvm;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/**
 * Faults around a followed file: killed publishers, full disks, failing devices, file systems
 * without notices. The last good version serves, the reason is visible, and nothing leaks. {@link
 * MemoryFaultsTest} has the faults of the memory and the JVM.
 */
@DisabledIfSystemProperty(
    named = "staccato.test.backend",
    matches = "vector-.*|scalar",
    disabledReason = "no backend takes part in this, and JVMs take long to start")
class LiveModelFaultsTest {
  private static final OpenOptions COPY = VersionsUnderLoad.options(LoadMode.COPY);

  /** A file that can be opened and has a size, but that the device fails to read. */
  private static final Path FAILING_DEVICE = Path.of("/sys/class/net/lo/speed");

  /** A file that claims to have 4096 bytes, and has a few. */
  private static final Path SHORT_DEVICE = Path.of("/sys/class/net/lo/mtu");

  @TempDir Path folder;
  private VersionsUnderLoad versions;

  @BeforeEach
  void prepare() {
    versions = new VersionsUnderLoad(folder);
  }

  @Test
  void aPublisherKilledAtAnyMomentLeavesATemporaryFileAtMost() throws Exception {
    Path models = Files.createDirectory(folder.resolve("models"));
    Path served = models.resolve("served.safetensors");
    Path first = versions.version(0);
    for (int seed = 1; seed < Publisher.VERSIONS; seed++) {
      versions.version(seed);
    }
    publish(first, served);
    Random random = new Random(RandomSeed.fresh());
    LiveModel live = LiveModel.open(served, COPY);
    try (Load load = versions.load(live)) {
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
    versions.assertNothingIsLeft(live);
  }

  /** Publishes versions over a file until it is killed. */
  static final class Publisher {
    static final int VERSIONS = 4;

    private Publisher() {}

    public static void main(String[] arguments) throws IOException {
      // The first line must not be that of the logger.
      LogManager.getLogManager().reset();
      Path target = Path.of(arguments[0]);
      for (int i = 1; ; i++) {
        Random random = new Random(i % VERSIONS);
        ModelFiles.write(target, network(random));
        System.out.println("published");
      }
    }

    private static Weights network(Random random) {
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
      Path first = versions.version(1);
      Path second = versions.version(2);
      Path served = Files.copy(first, disk.resolve("served.safetensors"));
      Path ballast = disk.resolve("ballast");
      LiveModel live = LiveModel.open(served, COPY);
      try (Load load = versions.load(live)) {
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
        // A copy over the file that finds the disk full leaves a part.
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
      versions.assertNothingIsLeft(live);
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
    Path first = versions.version(1);
    Path second = versions.version(2);
    Path served = folder.resolve("served.safetensors");
    publish(first, served);
    LiveModel live = LiveModel.open(served, COPY);
    try (Load load = versions.load(live)) {
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
    versions.assertNothingIsLeft(live);
  }

  @Test
  void anotherFormatVersionIsRejected() throws Exception {
    Path first = versions.version(1);
    Path served = folder.resolve("served.safetensors");
    publish(first, served);
    try (LiveModel live = LiveModel.open(served, COPY)) {
      String text = new String(Files.readAllBytes(first), StandardCharsets.ISO_8859_1);
      String newer = text.replace("format.version\":\"3\"", "format.version\":\"4\"");
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
    Path first = versions.version(1);
    Path second = versions.version(2);
    Path served = folder.resolve("served.safetensors");
    publish(first, served);
    LiveModel live = LiveModel.open(served, COPY);
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch warm = new CountDownLatch(1);
    // The callback runs after the warm-up, before the version is published, and may take any time.
    live.addPreparation(
        (version, items, pace) -> {
          if (version.number() > 1) {
            loading.countDown();
            awaitUninterruptibly(warm);
          }
        });
    try (Load load = versions.load(live)) {
      publish(second, served);
      loading.await();
      load.awaitAnswers();
      assertEquals(1, live.version().number());
      warm.countDown();
      awaitServed(live, second);
      load.awaitAnswers();
    } finally {
      warm.countDown();
      live.close();
    }
    versions.assertNothingIsLeft(live);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFileSystemWithoutNoticesIsPolled() throws Exception {
    Path first = versions.version(1);
    Path second = versions.version(2);
    try (FileSystem zip =
        FileSystems.newFileSystem(folder.resolve("models.zip"), Map.of("create", "true"))) {
      Path served = zip.getPath("/served.safetensors");
      assertThrows(UnsupportedOperationException.class, zip::newWatchService);
      Files.copy(first, served);
      try (LiveModel live = LiveModel.open(served, COPY);
          Load load = versions.load(live)) {
        Files.copy(second, served, REPLACE_EXISTING);
        awaitServed(live, second);
        load.awaitAnswers();
      }
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
