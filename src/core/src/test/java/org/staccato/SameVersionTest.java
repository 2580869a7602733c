package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.staccato.VersionsUnderLoad.await;
import static org.staccato.VersionsUnderLoad.awaitServed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.live.FollowOptions;
import org.staccato.live.LiveListener;
import org.staccato.live.LoadMode;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.live.Rejection;
import org.staccato.testkit.FailingDisk;
import org.staccato.testkit.ModelFiles;

/** A file of the version that is served arrives again: nothing is copied, loaded or published. */
class SameVersionTest {
  @TempDir Path folder;
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private Path first;
  private Path second;

  @BeforeEach
  void write() throws IOException {
    first = ModelFiles.random(folder, 1, 300, 8, 17);
    second = ModelFiles.random(folder, 2, 300, 8, 17);
  }

  private final LiveListener listener =
      new LiveListener() {
        @Override
        public void loaded(ModelVersion version, Duration time) {
          events.add("loaded");
        }

        @Override
        public void published(ModelVersion version) {
          events.add("published");
        }

        @Override
        public void rejected(Rejection rejection) {
          events.add("rejected");
        }
      };

  @ParameterizedTest
  @EnumSource
  void publishedAgainItIsNotLoaded(LoadMode mode) throws IOException {
    try (LiveModel live = LiveModel.open(first, OpenOptions.MAP.withMode(mode))) {
      live.addListener(listener);
      ModelVersion served = live.version();
      long bytes = live.gauges().bytes();
      assertEquals(served, live.publish(first));
      assertEquals(served, live.publish(Files.copy(first, folder.resolve("elsewhere"))));
      assertEquals(List.of(), events);
      assertEquals(1, live.gauges().loaded());
      assertEquals(bytes, live.gauges().bytes(), "no second copy");
      live.publish(second);
      live.publish(second);
      live.publish(first);
      assertEquals(List.of("loaded", "published", "loaded", "published"), events);
    }
  }

  @ParameterizedTest
  @EnumSource
  void touchedItIsNotLoaded(LoadMode mode) throws Exception {
    FailingDisk disk = new FailingDisk(FileSystems.getDefault());
    OpenOptions options =
        new OpenOptions(
            mode,
            false,
            1,
            Optional.of(
                new FollowOptions(Duration.ofMillis(5), Duration.ofMillis(1), Duration.ZERO)));
    try (LiveModel live = LiveModel.open(disk.path(first), options)) {
      live.addListener(listener);
      for (int i = 1; i <= 3; i++) {
        disk.failAt(0, IOException::new);
        Files.setLastModifiedTime(first, FileTime.fromMillis(i * 1_000_000L));
        await("the follower has read it", () -> disk.operations().contains("close"));
      }
      VersionsUnderLoad.publish(second, first);
      awaitServed(live, second);
      // The listener would have heard by now of a version that a touch had loaded.
      await("the listener is told", () -> events.contains("published"));
      assertEquals(List.of("loaded", "published"), events);
      assertEquals(2, live.gauges().loaded());
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherBytesUnderItsDigestAreRejected(LoadMode mode) throws IOException {
    try (LiveModel live = LiveModel.open(first, OpenOptions.MAP.withMode(mode))) {
      live.addListener(listener);
      byte[] changed = Files.readAllBytes(first);
      changed[changed.length - 1] ^= 1;
      assertRejected(live, Reason.DIGEST_MISMATCH, changed);
      byte[] claiming = Files.readAllBytes(second);
      String text = new String(claiming, StandardCharsets.ISO_8859_1);
      byte[] digest = live.version().digest().getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(
          digest, 0, claiming, text.indexOf(VersionsUnderLoad.digest(second)), digest.length);
      assertRejected(live, Reason.DIGEST_MISMATCH, claiming);
      byte[] whole = Files.readAllBytes(first);
      assertRejected(live, Reason.FILE_SIZE, Arrays.copyOf(whole, whole.length - 64));
      assertRejected(live, Reason.FILE_SIZE, Arrays.copyOf(whole, whole.length + 64));
      assertRejected(live, Reason.HEADER_TRUNCATED, Arrays.copyOf(whole, 100));
      assertEquals(Collections.nCopies(5, "rejected"), events);
    }
  }

  private void assertRejected(LiveModel live, Reason reason, byte[] bytes) throws IOException {
    Path bad = Files.write(folder.resolve("bad.safetensors"), bytes);
    ModelRejectedException e = assertThrows(ModelRejectedException.class, () -> live.publish(bad));
    assertEquals(reason, e.reason());
  }

  /** Sizes around the size of the chunks in which the file is read. */
  @Test
  void aDigestIsComparedOverTheWholeFile() throws IOException {
    for (int items : new int[] {1, 60, 61, 127, 128, 1000}) {
      Path path = ModelFiles.random(folder, items, items, 8, 17);
      String digest = VersionsUnderLoad.digest(path);
      assertTrue(WeightFile.matches(path, digest, Pace.full()));
      assertFalse(WeightFile.matches(path, "0".repeat(64), Pace.full()));
      byte[] longer = Arrays.copyOf(Files.readAllBytes(path), (int) Files.size(path) + 1);
      Path padded = Files.write(folder.resolve("longer"), longer);
      assertFalse(WeightFile.matches(padded, digest, Pace.full()));
    }
    assertFalse(WeightFile.matches(folder, "0".repeat(64), Pace.full()));
    Path empty = Files.write(folder.resolve("empty"), new byte[0]);
    assertFalse(WeightFile.matches(empty, "0".repeat(64), Pace.full()));
  }
}
