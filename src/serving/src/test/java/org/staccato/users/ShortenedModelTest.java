package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.harness.Models;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.ChildJvm;

/**
 * Cutting a mapped weight file makes a step throw in the middle. The users are then as before the
 * step, including the state of more events than are kept. The steps run in a JVM of their own,
 * which may die.
 */
@Timeout(120)
class ShortenedModelTest {
  @TempDir Path folder;

  @Test
  void aStepThatThrowsChangesNoUser() throws Exception {
    Path model = Models.write(folder.resolve("model"), 1, 64, Models.keys(0, 500));
    Path next = Models.write(folder.resolve("next"), 2, 64, Models.keys(0, 500));
    for (String flag : List.of("--add-modules=jdk.incubator.vector", "-Dstaccato.backend=scalar")) {
      Path own = Files.copy(model, folder.resolve("mapped" + flag.length()));
      Path output = folder.resolve("output");
      Process child =
          ChildJvm.command(List.of(flag), Shortening.class, own, next)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertEquals(0, child.waitFor(), Files.readString(output));
    }
  }

  /** Cuts the file of a model in use, and publishes another. */
  static final class Shortening {
    private static final int EVENTS = 5;
    private static final int RECORDED = 2000;
    private static final int LAST = 499;

    private Shortening() {}

    public static void main(String[] arguments) throws IOException {
      Path path = Path.of(arguments[0]);
      try (LiveModel live = LiveModel.open(path, OpenOptions.MAP);
          UserStates users =
              new UserStates(live, new UserStatesOptions(100, EVENTS).withPreparedUsers(64));
          UserScorer scorer = users.newScorer()) {
        scorer.acquire();
        for (int event = 0; event < RECORDED; event++) {
          scorer.record(event % 2, event % LAST);
        }
        scorer.prepare(1);
        UserRecord plain = users.exportUser(0).orElseThrow();
        UserRecord prepared = users.exportUser(1).orElseThrow();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.truncate(4096);
        }
        for (int call = 0; call < 20; call++) {
          requireThrows(scorer, 0);
          requireThrows(scorer, 1);
          requireThrows(scorer, 2);
        }
        require(plain.equals(users.exportUser(0).orElseThrow()), "a user is as before");
        require(prepared.equals(users.exportUser(1).orElseThrow()), "so is a prepared one");
        require(plain.state().isPresent() && prepared.state().isPresent(), "both have states");
        require(!users.contains(2), "a new user has not entered");
        scorer.release();

        live.publish(Path.of(arguments[1]));
        scorer.acquire();
        scorer.record(0, LAST);
        require(users.exportUser(0).orElseThrow().total() == plain.total() + 1, "it is counted");
        scorer.release();
      }
    }

    private static void requireThrows(UserScorer scorer, long user) {
      try {
        scorer.record(user, LAST);
      } catch (InternalError busError) {
        return;
      }
      throw new AssertionError("a record succeeded without the weights");
    }

    private static void require(boolean holds, String what) {
      if (!holds) {
        throw new AssertionError("expected that " + what);
      }
    }
  }
}
