package org.staccato.load.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** A thread that does something at a fixed period while a load runs: swaps, or makes trouble. */
final class Swapper implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().daemon().name("swapper").unstarted(task));

  /** What is done. */
  interface Action {
    void run(long number) throws Exception;
  }

  /**
   * What was done.
   *
   * @param starts when each began, in nanoseconds of the system's clock
   * @param took how long they took
   */
  record Swaps(List<Long> starts, Histogram took) {}

  /** Starts to act: first half a period from now, and as often as there are periods. */
  Future<Swaps> start(Action action, Duration period, Duration duration) {
    return thread.submit(
        () -> {
          long begin = System.nanoTime();
          Swaps swaps = new Swaps(new ArrayList<>(), new Histogram(3));
          long intended = begin + period.toNanos() / 2;
          for (long number = 0; intended - begin < duration.toNanos(); number++) {
            sleepUntil(intended);
            long start = System.nanoTime();
            if (start - begin >= duration.toNanos()) {
              break;
            }
            action.run(number);
            swaps.starts.add(start);
            swaps.took.recordValue(System.nanoTime() - start);
            intended += period.toNanos();
          }
          return swaps;
        });
  }

  private static void sleepUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() {
    thread.close();
  }
}
