package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.live.FollowOptions;
import org.staccato.live.LiveListener;
import org.staccato.live.LoadMode;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.ModelFiles;

/** Listeners may call all methods, including those of the model that calls them. */
@Timeout(60)
class LiveModelListenersTest {
  private static final OpenOptions IMPATIENT =
      new OpenOptions(
          LoadMode.COPY,
          false,
          1,
          Optional.of(
              new FollowOptions(
                  Duration.ofMillis(10), Duration.ofMillis(1), Duration.ofMillis(50))));

  @TempDir Path folder;
  private Path a;
  private Path b;
  private Path c;

  @BeforeEach
  void writeVersions() throws IOException {
    a = ModelFiles.random(folder, 1, 50, 4, 17);
    b = ModelFiles.random(folder, 2, 50, 4, 17);
    c = ModelFiles.random(folder, 3, 50, 4, 17);
  }

  private static LiveListener onPublished(Consumer<ModelVersion> consumer) {
    return new LiveListener() {
      @Override
      public void published(ModelVersion version) {
        consumer.accept(version);
      }
    };
  }

  private Path followed() throws IOException {
    Path path = folder.resolve("followed.safetensors");
    Files.copy(a, path);
    return path;
  }

  private void rename(Path version, Path target) {
    try {
      Path beside = folder.resolve(".beside");
      Files.copy(version, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneMayCloseAFollowedModelWhileItsFollowerLoads() throws IOException {
    Path path = followed();
    Thread main = Thread.currentThread();
    LiveModel live = LiveModel.open(path, IMPATIENT);
    live.addListener(
        onPublished(
            version -> {
              if (Thread.currentThread() == main) {
                // At this moment the follower finds another file and tries to publish it.
                rename(c, path);
                sleep(100);
                live.close();
              }
            }));
    live.publish(b);
    assertEquals(0, live.gauges().versions());
    assertThrows(IllegalStateException.class, live::newScorer);
  }

  @Test
  void oneMayCloseTheModelOnTheFollowersThread() throws Exception {
    Path path = followed();
    LiveModel live = LiveModel.open(path, IMPATIENT);
    CountDownLatch closed = new CountDownLatch(1);
    live.addListener(
        onPublished(
            version -> {
              live.close();
              closed.countDown();
            }));
    rename(b, path);
    closed.await();
    assertEquals(0, live.gauges().versions());
  }

  @Test
  void oneMayPublishAndRollBack() throws IOException {
    List<Long> heard = Collections.synchronizedList(new ArrayList<>());
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
      live.addListener(
          onPublished(
              version -> {
                heard.add(version.number());
                try {
                  if (heard.size() == 1) {
                    live.publish(c);
                  } else if (heard.size() == 2) {
                    live.rollBack();
                  }
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }));
      live.publish(b);
      assertEquals(List.of(2L, 3L, 2L), heard);
      assertEquals(b, live.version().path());
    }
  }

  @Test
  void anErrorOfOneDoesNotKeepVersionsFromBeingPublishedAndRetired() throws IOException {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
      live.addListener(
          new LiveListener() {
            @Override
            public void loaded(ModelVersion version, Duration time) {
              throw new LinkageError("of a listener");
            }

            @Override
            public void published(ModelVersion version) {
              throw new LinkageError("of a listener");
            }

            @Override
            public void retired(ModelVersion version) {
              throw new LinkageError("of a listener");
            }
          });
      for (int i = 0; i < 10; i++) {
        assertEquals(i % 2 == 0 ? b : a, live.publish(i % 2 == 0 ? b : a).path());
      }
      assertEquals(2, live.gauges().versions());
      assertEquals(9, live.gauges().retired());
    }
  }

  private static LiveListener onRetired(Runnable action) {
    return new LiveListener() {
      @Override
      public void retired(ModelVersion version) {
        action.run();
      }
    };
  }

  @Test
  void oneThatHearsOfARetirementMayWaitForAnotherThreadThatPublishes() throws Exception {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
      CountDownLatch rolledBack = new CountDownLatch(1);
      live.addListener(
          onRetired(
              () -> {
                if (rolledBack.getCount() > 0) {
                  Thread other =
                      Thread.ofPlatform()
                          .start(
                              () -> {
                                live.rollBack();
                                rolledBack.countDown();
                              });
                  assertTrue(join(other), "the lock is held under which versions are loaded");
                }
              }));
      live.publish(b);
      live.publish(c);
      // The publisher tells of the retirement, or the reaper where a reader still held the version.
      assertTrue(rolledBack.await(50, TimeUnit.SECONDS));
      assertEquals(b, live.version().path());
    }
  }

  private static boolean join(Thread other) {
    try {
      return other.join(Duration.ofSeconds(20));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneThatHearsOfARetirementMayCloseTheModelThatIsBeingClosed() throws IOException {
    LiveModel live = LiveModel.open(a, OpenOptions.COPY);
    live.publish(b);
    live.addListener(onRetired(live::close));
    live.close();
    assertEquals(0, live.gauges().versions());
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
