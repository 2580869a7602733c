package org.staccato.load.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Runs an action, a swap or a fault, at a fixed period on a separate thread, beside a load. */
final class Swapper implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().daemon().name("swapper").unstarted(task));

  /** The action, which receives the number of its run, from 0. */
  interface Action {
    void run(long number) throws Exception;
  }

  /**
   * The runs of an action.
   *
   * @param starts the time at which each began, in nanoseconds of the system's clock
   * @param took the time that each took, in nanoseconds
   */
  record Swaps(List<Long> starts, Histogram took) {}

  /** Runs the action once in every period of a duration, in the middle of the period. */
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
