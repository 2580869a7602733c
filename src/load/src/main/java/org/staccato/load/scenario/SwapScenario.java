package org.staccato.load.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.staccato.load.latency.LatencySeries;
import org.staccato.load.openloop.ArrivalSchedule;
import org.staccato.load.openloop.LoadResult;
import org.staccato.load.openloop.OpenLoop;
import org.staccato.load.scenario.ServiceOutcome.Held;
import org.staccato.load.scenario.SwapOutcome.Segment;

/**
 * Puts the same load on services with and without swaps. Steady segments and segments with swaps
 * take turns in one JVM, service by service, until the number of swaps is reached; all compared
 * measurements therefore see the same state of the machine.
 */
public final class SwapScenario {
  private static final Duration LONGEST_SEGMENT = Duration.ofSeconds(20);
  private static final Duration LONGEST_RETIREMENT = Duration.ofSeconds(10);
  private static final int INTERVALS_PER_PERIOD = 5;
  private static final int MOST_ROUNDS_OF_ONE = 3;

  /** The length of a segment with swaps, in steady segments, whose percentiles settle sooner. */
  private static final int STEADY_PART = 4;

  private final LoadOptions load;
  private final Length length;
  private final List<String> fileNames;
  private final Consumer<String> progress;

  /**
   * The length of the measurement.
   *
   * @param swaps the number of swaps, 0 for a steady load alone
   * @param period the time from one swap to the next
   * @param steady the length of the measurement if there are no swaps
   */
  public record Length(long swaps, Duration period, Duration steady) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the number is negative, or a duration is not positive
     */
    public Length {
      if (swaps < 0 || !period.isPositive() || !steady.isPositive()) {
        throw new IllegalArgumentException(
            "found "
                + swaps
                + " swaps, a period of "
                + period
                + " and a duration of "
                + steady
                + ", expected 0 or more swaps and durations above 0");
      }
    }

    Duration total() {
      return swaps == 0 ? steady : period.multipliedBy(swaps);
    }
  }

  /**
   * Prepares the scenario.
   *
   * @param load the load
   * @param length the length of the measurement
   * @param fileNames the names of the weight files, whose mappings are counted
   * @param progress receives a line at each stage
   */
  public SwapScenario(
      LoadOptions load, Length length, List<String> fileNames, Consumer<String> progress) {
    this.load = load;
    this.length = length;
    this.fileNames = List.copyOf(fileNames);
    this.progress = progress;
  }

  /** A service and its measurements so far. */
  private static final class Measured {
    private final ServiceLoad load;
    private final Histogram steady = new Histogram(3);
    private final Histogram swap = new Histogram(3);
    private final Histogram publishing = new Histogram(3);
    private final List<Segment> first = new ArrayList<>();
    private Held before = Held.NOTHING;
    private long errors;
    private Optional<Exception> firstError = Optional.empty();

    Measured(ServiceLoad load) {
      this.load = load;
    }

    void add(Histogram latencies, LoadResult result, List<Long> swapStarts) {
      latencies.add(result.latencies());
      errors += result.errors();
      firstError = firstError.or(result::firstError);
      if (first.size() < 2) {
        first.add(new Segment(result.beginNanos(), result.intervals(), swapStarts));
      }
    }
  }

  /**
   * Measures services and closes them. The first service decides the rate.
   *
   * @param services the services, owned by this call
   * @return the measurements of each, in the same order
   * @throws Exception if a version cannot be swapped, or this thread is interrupted
   */
  public SwapOutcome run(List<? extends Service> services) throws Exception {
    List<Measured> all = new ArrayList<>();
    double rate;
    long rounds = 0;
    try (OpenLoop loop = new OpenLoop(load.threads(), load.clock());
        Swapper swapper = new Swapper()) {
      bind(loop);
      for (Service service : services) {
        all.add(new Measured(new ServiceLoad(loop, service)));
      }
      rate = all.getFirst().load.rate(load);
      List<ArrivalSchedule> schedules = load.arrivals().schedules(rate, load.threads());
      progress.accept(String.format("%,.0f requests a second", rate));
      for (Measured each : all) {
        warmUp(each, schedules, swapper);
        each.before = Held.now(each.load.service(), fileNames);
      }
      long planned = Math.ceilDiv(length.total().toNanos(), LONGEST_SEGMENT.toNanos());
      Duration segment =
          length.swaps() == 0
              ? length.steady().dividedBy(planned)
              : length.period().multipliedBy(Math.ceilDiv(length.swaps(), planned));
      while (rounds < planned || (isShort(all) && rounds < planned * MOST_ROUNDS_OF_ONE)) {
        for (Measured each : all) {
          steady(each, schedules, length.swaps() > 0 ? segment.dividedBy(STEADY_PART) : segment);
          if (length.swaps() > 0) {
            swap(each, schedules, segment, swapper);
          }
        }
        rounds++;
        progress.accept("round " + rounds + " of " + planned);
      }
    }
    List<SwapOutcome.OfService> outcomes = new ArrayList<>();
    for (Measured each : all) {
      outcomes.add(finish(each));
    }
    return new SwapOutcome(load, length, rate, rounds, outcomes);
  }

  private void bind(OpenLoop loop) throws Exception {
    if (load.firstCore() >= 0) {
      loop.bindToCores(load.firstCore());
    }
  }

  private boolean isShort(List<Measured> all) {
    return all.stream().anyMatch(each -> each.publishing.getTotalCount() < length.swaps());
  }

  private Duration interval() {
    return length.period().dividedBy(INTERVALS_PER_PERIOD);
  }

  /** Serves with and without swaps, so that the code of publishing is compiled too. */
  private void warmUp(Measured each, List<ArrivalSchedule> schedules, Swapper swapper)
      throws Exception {
    if (load.warmUp().isPositive()) {
      Measured unrecorded = new Measured(each.load);
      steady(unrecorded, schedules, load.warmUp());
      if (length.swaps() > 0) {
        swap(unrecorded, schedules, load.warmUp(), swapper);
      }
    }
    awaitRetirement(each.load.service());
  }

  private void steady(Measured each, List<ArrivalSchedule> schedules, Duration duration)
      throws Exception {
    LoadResult result = each.load.run(schedules, duration, interval(), i -> {});
    each.add(each.steady, result, List.of());
  }

  private void swap(
      Measured each, List<ArrivalSchedule> schedules, Duration duration, Swapper swapper)
      throws Exception {
    Future<Swapper.Swaps> swapping =
        swapper.start(number -> each.load.service().swap(), length.period(), duration);
    LoadResult result = each.load.run(schedules, duration, interval(), i -> {});
    Swapper.Swaps swaps = OpenLoop.get(swapping);
    each.publishing.add(swaps.took());
    each.add(each.swap, result, swaps.starts());
  }

  private SwapOutcome.OfService finish(Measured each) throws Exception {
    Service service = each.load.service();
    awaitRetirement(service);
    Held after = Held.now(service, fileNames);
    service.close();
    Held closed = Held.now(service, fileNames);
    return new SwapOutcome.OfService(
        service.name(),
        service.filePrefix(),
        new LatencySeries(service.name() + ", steady", each.steady),
        new LatencySeries(service.name() + ", swap", each.swap),
        new LatencySeries("publishing", each.publishing),
        new ServiceOutcome(
            each.load.answers(), each.errors, each.firstError, each.before, after, closed),
        each.first);
  }

  /**
   * Waits until retired versions are released: one version serves, and one may be kept behind it.
   */
  private static void awaitRetirement(Service service) throws IOException {
    long deadline = System.nanoTime() + LONGEST_RETIREMENT.toNanos();
    while (service.holdings().versions() > 2 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }
}
