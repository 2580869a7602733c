package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ChildJvm;
import org.staccato.testkit.ModelFiles;

/**
 * A service that never collects garbage: its memory does not grow with the number of versions
 * served.
 */
@DisabledIfSystemProperty(
    named = "staccato.test.backend",
    matches = "vector-.*|scalar",
    disabledReason = "memory is the same on all backends, and JVMs take long to start")
class SwapsWithoutCollectionTest {

  /** The collector that never collects; the scalar backend makes no garbage while it is cold. */
  private static final List<String> NEVER_COLLECTS =
      List.of(
          "-XX:+UnlockExperimentalVMOptions",
          "-XX:+UseEpsilonGC",
          "-Xmx4g",
          "-Dstaccato.backend=scalar");

  private static final String HOLDS = "holds ";

  @TempDir Path folder;

  @Test
  void nothingGrowsWithTheNumberOfSwaps() throws Exception {
    Path small = ModelFiles.random(folder, 1, 100, 4, 17);
    Path large = ModelFiles.random(folder, Cell.GRU, 2, 300, 8, 40, 33);
    Process child = ChildJvm.start(NEVER_COLLECTS, Service.class, small, large);
    String output = ChildJvm.output(child);
    assertEquals(0, child.exitValue(), output);
    List<String> held = output.lines().filter(line -> line.startsWith(HOLDS)).toList();
    assertEquals(2, held.size(), output);
    assertEquals(held.get(0), held.get(1), output);
  }

  /**
   * Swaps, and scores on each version, with scorers that stay, that are lent, and that are closed.
   */
  static final class Service {
    private static final int SETTLED = 100;
    private static final int SWAPS = 1000;

    private Service() {}

    public static void main(String[] arguments) throws IOException {
      Path small = Path.of(arguments[0]);
      Path large = Path.of(arguments[1]);
      try (LiveModel live = LiveModel.open(small, OpenOptions.COPY);
          ScorerPool<Scorer> pool = new ScorerPool<>(2, live::newScorer);
          Scorer scorer = live.newScorer();
          BatchScorer batch = live.newBatchScorer(8)) {
        UserState user = scorer.newState();
        UserState[] users = {batch.newState(), batch.newState()};
        Ranked ranked = new Ranked(10);
        for (int swap = 1; swap <= SWAPS; swap++) {
          live.publish(swap % 2 == 0 ? small : large);
          serve(scorer, user, ranked);
          Scorer lent = pool.borrow();
          serve(lent, user, ranked);
          pool.giveBack(lent);
          serve(batch, scorer, users);
          if (swap == SETTLED || swap == SWAPS) {
            System.out.println(HOLDS + held(live));
          }
        }
      }
    }

    private static void serve(Scorer scorer, UserState user, Ranked ranked) {
      scorer.acquire();
      scorer.reset(user);
      scorer.step(user, 7);
      scorer.prepare(user);
      scorer.step(user, 99);
      scorer.topK(user, 10, ranked);
      scorer.release();
    }

    private static void serve(BatchScorer batch, Scorer scorer, UserState[] users) {
      scorer.reset(users[0]);
      scorer.reset(users[1]);
      batch.step(users, new int[] {3, 4}, 2);
    }

    private static String held(LiveModel live) {
      long direct =
          ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .filter(pool -> pool.getName().equals("direct"))
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum();
      return live.gauges().readers()
          + " scorers, "
          + live.gauges().versions()
          + " versions, "
          + live.gauges().bytes()
          + " bytes of versions, "
          + direct
          + " bytes of native memory";
    }
  }
}
