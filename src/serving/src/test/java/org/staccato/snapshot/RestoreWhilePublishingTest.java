package org.staccato.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.harness.Models;
import org.staccato.live.OpenOptions;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;

/** Reads a table from the disk while the model changes the size of its states. */
@Timeout(60)
class RestoreWhilePublishingTest {
  private static final int USERS = 50_000;
  private static final UserStatesOptions OPTIONS = new UserStatesOptions(60_000, 5);

  @TempDir Path folder;

  @Test
  void versionsOfOtherStatesDoNotDisturb() throws Exception {
    Path small = Models.write(folder.resolve("small"), 1, 20, Models.keys(0, 40));
    Path large = Models.write(folder.resolve("large"), 2, 40, Models.keys(0, 40));
    Path file = folder.resolve("users.snapshot");
    try (LiveModel live = LiveModel.open(small, OpenOptions.COPY)) {
      write(live, file);
      AtomicBoolean stop = new AtomicBoolean();
      Thread publisher = Thread.ofPlatform().start(() -> publish(live, small, large, stop));
      try {
        for (int i = 0; i < 40; i++) {
          try (UserStates users = UserStates.restore(file, live, OPTIONS)) {
            assertEquals(USERS, users.gauges().users());
            assertEquals(7, users.exportUser(7).orElseThrow().user());
          }
        }
      } finally {
        stop.set(true);
        publisher.join();
      }
    }
  }

  private static void write(LiveModel live, Path file) throws IOException {
    try (UserStates users = new UserStates(live, OPTIONS);
        UserScorer scorer = users.newScorer()) {
      scorer.acquire();
      for (int user = 0; user < USERS; user++) {
        scorer.record(user, user % 40);
      }
      scorer.release();
      users.writeSnapshot(file);
    }
  }

  private static void publish(LiveModel live, Path small, Path large, AtomicBoolean stop) {
    try {
      while (!stop.get()) {
        live.publish(large);
        live.publish(small);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
