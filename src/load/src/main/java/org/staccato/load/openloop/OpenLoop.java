package org.staccato.load.openloop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.staccato.load.latency.Interval;

/**
 * Serves requests that arrive at threads by a schedule, even if earlier requests are still running.
 * A latency counts from the intended start of its request. A request that waits behind a slow one
 * is therefore slow too, as it is for its user.
 *
 * <p>The threads allocate nothing while they are timed; the thread that calls {@link #run} computes
 * the percentiles of short intervals. One thread at a time may call the methods.
 */
public final class OpenLoop implements AutoCloseable {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

  private final Clock clock;
  private final List<ExecutorService> threads = new ArrayList<>();

  /**
   * Starts the threads.
   *
   * @param threads the number of threads, at least 1
   * @param clock the clock by which they serve
   * @throws IllegalArgumentException if the number is below 1
   */
  public OpenLoop(int threads, Clock clock) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: found " + threads + ", expected at least 1");
    }
    this.clock = clock;
    for (int i = 0; i < threads; i++) {
      String name = "scorer-" + i;
      this.threads.add(
          Executors.newSingleThreadExecutor(
              task -> Thread.ofPlatform().daemon().name(name).unstarted(task)));
    }
  }

  /** {@return the number of threads} */
  public int threads() {
    return threads.size();
  }

  /**
   * Binds the threads to cores.
   *
   * @param first the core of the first thread; the next threads take the next cores
   * @throws Exception if this thread is interrupted
   * @throws IllegalArgumentException if there is no such core
   * @throws UnsupportedOperationException if the system cannot bind a thread
   */
  public void bindToCores(int first) throws Exception {
    onEach(
        thread -> {
          CoreAffinity.bind(first + thread);
          return thread;
        });
  }

  /**
   * Runs a task once on each of the threads.
   *
   * @param <T> the type of the results
   * @param task the task
   * @return the results, one for each thread
   * @throws Exception if this thread is interrupted; any exception of the task is passed on
   */
  public <T> List<T> onEach(ThreadTask<T> task) throws Exception {
    List<Future<T>> futures = new ArrayList<>();
    for (int i = 0; i < threads.size(); i++) {
      int thread = i;
      futures.add(threads.get(i).submit(() -> task.run(thread)));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(get(future));
    }
    return results;
  }

  /**
   * A task for each of the threads.
   *
   * @param <T> the type of its result
   */
  public interface ThreadTask<T> {

    /**
     * Runs the task.
     *
     * @param thread the number of the thread, 0 for the first
     * @return the result
     * @throws Exception if the task fails
     */
    T run(int thread) throws Exception;
  }

  /**
   * Waits for a task.
   *
   * @param <T> the type of its result
   * @param future the task
   * @return its result
   * @throws Exception if this thread is interrupted; any exception of the task is passed on
   */
  public static <T> T get(Future<T> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /**
   * Serves all requests whose intended start is within a duration, even if that takes longer.
   *
   * @param requests the requests of each thread
   * @param schedules the schedule of each thread
   * @param duration the time for which requests arrive
   * @param interval the length of an interval
   * @param observer receives every interval, on this thread
   * @return the latencies and the failures
   * @throws Exception if this thread is interrupted, or a thread fails outside of a request
   */
  public LoadResult run(
      List<? extends Requests> requests,
      List<ArrivalSchedule> schedules,
      Duration duration,
      Duration interval,
      Consumer<Interval> observer)
      throws Exception {
    List<SingleWriterRecorder> recorders = new ArrayList<>();
    List<Histogram> recycled = new ArrayList<>();
    List<Future<Errors>> futures = new ArrayList<>();
    for (int i = 0; i < threads.size(); i++) {
      recorders.add(new SingleWriterRecorder(LONGEST_NANOS, SIGNIFICANT_DIGITS));
      // Create both histograms before the first recording; they take turns.
      recycled.add(recorders.getLast().getIntervalHistogram());
    }
    long begin = clock.nanos();
    for (int i = 0; i < threads.size(); i++) {
      Requests each = requests.get(i);
      ArrivalSchedule schedule = schedules.get(i);
      SingleWriterRecorder recorder = recorders.get(i);
      Callable<Errors> task = () -> serve(each, schedule, recorder, begin, duration.toNanos());
      futures.add(threads.get(i).submit(task));
    }
    Histogram all = new Histogram(LONGEST_NANOS, SIGNIFICANT_DIGITS);
    List<Interval> intervals = new ArrayList<>();
    Histogram sum = new Histogram(LONGEST_NANOS, SIGNIFICANT_DIGITS);
    boolean running = true;
    while (running) {
      Thread.sleep(interval);
      running = futures.stream().anyMatch(future -> !future.isDone());
      sum.reset();
      for (int i = 0; i < recorders.size(); i++) {
        recycled.set(i, recorders.get(i).getIntervalHistogram(recycled.get(i)));
        sum.add(recycled.get(i));
      }
      all.add(sum);
      if (sum.getTotalCount() > 0) {
        Interval each = Interval.of(clock.nanos(), sum);
        intervals.add(each);
        observer.accept(each);
      }
    }
    Errors errors = Errors.NONE;
    for (Future<Errors> future : futures) {
      errors = errors.plus(get(future));
    }
    return new LoadResult(all, begin, intervals, errors.count(), errors.first());
  }

  /** The number of failed requests, and the failure of the first. */
  private record Errors(long count, Optional<Exception> first) {
    static final Errors NONE = new Errors(0, Optional.empty());

    Errors plus(Errors other) {
      return new Errors(count + other.count, first.or(other::first));
    }
  }

  private Errors serve(
      Requests requests,
      ArrivalSchedule schedule,
      SingleWriterRecorder recorder,
      long begin,
      long nanos) {
    Errors errors = Errors.NONE;
    long intended = begin;
    for (long request = 0; ; request++) {
      intended += schedule.gapNanos(request);
      if (intended - begin >= nanos) {
        return errors;
      }
      clock.await(intended);
      try {
        requests.serve(request);
      } catch (Exception e) {
        errors = errors.plus(new Errors(1, Optional.of(e)));
      }
      recorder.recordValue(Math.clamp(clock.nanos() - intended, 0, LONGEST_NANOS));
    }
  }

  /** Ends the threads after their last task. */
  @Override
  public void close() {
    threads.forEach(ExecutorService::close);
  }
}
