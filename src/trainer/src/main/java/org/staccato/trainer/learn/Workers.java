package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Runs the parts of a computation on a fixed number of threads, one of which is the caller. */
final class Workers implements AutoCloseable {
  private final int parts;
  private final ExecutorService executor;

  Workers(int threads) {
    parts = threads;
    executor =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            task -> Thread.ofPlatform().name("staccato-training").daemon().unstarted(task));
  }

  /**
   * Runs every part and returns when all are done.
   *
   * @throws InterruptedException if the caller is interrupted before or during the run
   */
  void run(IntConsumer part) throws InterruptedException {
    // With a single part nothing below waits, so this is the only check of the interrupt.
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    List<Future<?>> others = new ArrayList<>();
    for (int i = 1; i < parts; i++) {
      int number = i;
      others.add(executor.submit(() -> part.accept(number)));
    }
    part.accept(0);
    for (Future<?> other : others) {
      try {
        other.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a training thread failed", e.getCause());
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
