package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * After its creation a scorer allocates nothing. Before C2 has compiled the vector kernels they box
 * their vectors, so each call is repeated until a whole batch of it allocates nothing, and must
 * then do so again.
 */
class AllocationTest {
  private static final int CALLS = 2_000;
  private static final long WARM_UP_NANOS = 60_000_000_000L;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  /** A call that is given its number, so that the arguments vary. */
  private interface Call {
    void run(int number);
  }

  @Test
  void nothingAllocatesOnceCompiled() throws IOException {
    assumeTrue(threads.isThreadAllocatedMemorySupported(), "the JVM must count allocated bytes");
    int items = 500;
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, items, 8, 33, 17))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      UserState other = scorer.newState();
      Ranked ranked = new Ranked();
      ItemSet seen = new ItemSet(items);
      ItemSet deny = new ItemSet(items);
      ItemSet allow = new ItemSet(items);
      for (int item = 0; item < items; item += 2) {
        allow.add(item);
      }
      ItemFilter filter = new ItemFilter(seen, allow, deny);
      int[] candidates = {3, 4, 400, 77, 499};
      float[] scores = new float[items];
      assertAllocatesNothing("step", i -> scorer.step(user, i % items));
      assertAllocatesNothing("topK", i -> scorer.topK(user, 1 + i % 10, ranked));
      assertAllocatesNothing(
          "filtered topK",
          i -> {
            seen.add(i % items);
            deny.add(i * 7 % items);
            scorer.topK(user, 10, filter, ranked);
            if (seen.size() > items / 2) {
              seen.clear();
              deny.clear();
            }
          });
      assertAllocatesNothing("score", i -> scorer.score(user, i % items));
      assertAllocatesNothing(
          "score of a batch", i -> scorer.score(user, candidates, candidates.length, scores));
      assertAllocatesNothing("scores", i -> scorer.scores(user, scores));
      assertAllocatesNothing(
          "copy and reset",
          i -> {
            other.copyFrom(user);
            scorer.reset(other);
          });
      assertAllocatesNothing("key", i -> scorer.step(user, live.items().indexOf(100 + i % items)));
    }
  }

  private void assertAllocatesNothing(String what, Call call) {
    long deadline = System.nanoTime() + WARM_UP_NANOS;
    while (allocated(call) != 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    long again = Long.MAX_VALUE;
    // The JIT may throw code away once more, which boxes vectors for the moment.
    for (int trial = 0; trial < 5 && again != 0; trial++) {
      again = allocated(call);
    }
    assertEquals(0, again, what + ": bytes allocated by " + CALLS + " calls");
  }

  private long allocated(Call call) {
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS; i++) {
      call.run(i);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
