package org.staccato;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.staccato.VersionsUnderLoad.await;
import static org.staccato.VersionsUnderLoad.awaitRejection;
import static org.staccato.VersionsUnderLoad.awaitServed;
import static org.staccato.VersionsUnderLoad.publish;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.VersionsUnderLoad.Load;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.WeightFile;
import org.staccato.live.FollowOptions;
import org.staccato.live.LoadMode;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.network.Network;
import org.staccato.swap.Follower;
import org.staccato.swap.LoadedModel;
import org.staccato.swap.Publication;
import org.staccato.testkit.ChildJvm;
import org.staccato.testkit.ModelFiles;

/**
 * Faults of the memory and the JVM while a model serves: scarce memory, mappings that lose the name
 * of their file, errors in the middle of a load. The process survives, the last good version
 * serves, the reason is visible, and nothing leaks.
 */
@DisabledIfSystemProperty(
    named = "staccato.test.backend",
    matches = "vector-.*|scalar",
    disabledReason = "no backend takes part in this, and JVMs take long to start")
class MemoryFaultsTest {

  @TempDir Path folder;
  private VersionsUnderLoad versions;

  @BeforeEach
  void prepare() {
    versions = new VersionsUnderLoad(folder);
  }

  @Test
  void mappedVersionsOutliveTheNamesOfTheirFiles() throws Exception {
    Path first = versions.version(1);
    Path second = versions.version(2);
    Path served = folder.resolve("served.safetensors");
    publish(first, served);
    LiveModel live = LiveModel.open(served, VersionsUnderLoad.options(LoadMode.MAP));
    try (Load load = versions.load(live)) {
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
      assertTrue(versions.mappings() <= 2);
    }
    live.close();
    versions.assertNothingIsLeft(live);
  }

  @Test
  void whatDoesNotFitIntoTheAddressSpaceIsRejected() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "a shell must limit the address space");
    Path version = versions.version(1);
    Path large = folder.resolve("large");
    try (FileChannel channel =
        FileChannel.open(large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      // Sparse: it takes no room on the disk.
      channel.write(ByteBuffer.allocate(1), 16L << 30);
    }
    Process child = ChildJvm.startLimited(List.of("-Xmx128m"), TooLarge.class, version, large);
    String output = ChildJvm.output(child);
    assertEquals(0, child.exitValue(), output);
    assertTrue(output.contains("MAP: "), output);
    assertTrue(output.contains(": IOException: Map failed"), output);
    assertTrue(output.contains("COPY: "), output);
    assertTrue(output.contains(": found too little native memory, expected "), output);
    assertTrue(output.contains("serves version 2 in the end"), output);
  }

  /** Follows a file through a version that does not fit, mapped and copied. */
  static final class TooLarge {
    private TooLarge() {}

    public static void main(String[] arguments) throws Exception {
      Path good = Path.of(arguments[0]);
      Path large = Path.of(arguments[1]);
      Path next = ModelFiles.random(Files.createDirectory(good.resolveSibling("next")), 7, 9, 8, 5);
      for (LoadMode mode : LoadMode.values()) {
        Path served = good.resolveSibling("followed.safetensors");
        publish(good, served);
        try (LiveModel live = LiveModel.open(served, VersionsUnderLoad.options(mode))) {
          // The same file by another name: a copy would not be sparse.
          Files.move(Files.createLink(good.resolveSibling(".link"), large), served, ATOMIC_MOVE);
          System.out.println(mode + ": " + awaitRejection(live).reason());
          publish(next, served);
          awaitServed(live, next);
          System.out.println("serves version " + live.version().number() + " in the end");
        }
      }
    }
  }

  @Test
  void memoryThatRunsOutDuringALoadIsARejectionAndLosesNoSlot() throws Exception {
    Path first = versions.version(1);
    Path second = versions.version(2);
    try (LiveModel live = LiveModel.open(first, OpenOptions.COPY)) {
      live.publish(second);
      long bytes = live.gauges().bytes();
      Scorer scorer = live.newScorer();
      // A preparation stands for every allocation before a version is published.
      AtomicInteger failures = new AtomicInteger(1);
      live.addPreparation(
          (version, items, pace) -> {
            if (version.number() > 2 && failures.getAndDecrement() > 0) {
              throw new OutOfMemoryError("injected");
            }
          });
      Path third = versions.version(3);
      IOException e = assertThrows(IOException.class, () -> live.publish(third));
      assertEquals(third + ": found too little memory to load it: injected", e.getMessage());
      assertEquals(e.getMessage(), live.lastRejection().orElseThrow().reason());
      for (int i = 0; i < 4; i++) {
        live.publish(i % 2 == 0 ? third : first);
      }
      versions.assertAnswers(scorer, new HashMap<>());
      await("versions are retired", () -> live.gauges().versions() <= 2);
      assertTrue(live.gauges().bytes() <= bytes * 3 / 2, "no slot is lost");
    }
  }

  @Test
  void aVersionForWhichAReaderGetsNoScratchIsNotPublishedAndStaysTheCallers() throws Exception {
    LoadedModel first = loaded(versions.version(1));
    LoadedModel second = loaded(versions.version(2));
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
    assertTrue(second.close(), "nobody else owns it");
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
        new ModelVersion(
            1, file.digest(), path, 0, Instant.EPOCH, network.specification(), Map.of());
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
    FollowOptions eager = new FollowOptions(Duration.ofMillis(1), Duration.ZERO, Duration.ZERO);
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
}
