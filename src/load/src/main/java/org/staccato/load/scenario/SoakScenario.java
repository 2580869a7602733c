package org.staccato.load.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.staccato.live.LiveGauges;
import org.staccato.live.OpenOptions;
import org.staccato.load.latency.Interval;
import org.staccato.load.latency.LatencySeries;
import org.staccato.load.openloop.ArrivalSchedule;
import org.staccato.load.openloop.LoadResult;
import org.staccato.load.openloop.OpenLoop;
import org.staccato.load.scenario.ServiceOutcome.Held;

/**
 * Puts a long load on a model that follows a file. The file is replaced at a fixed period,
 * sometimes by a fault, and a table of users grows. The scenario measures every second the
 * quantities that must not grow.
 */
public final class SoakScenario {
  private static final List<Fault> FAULTS = List.of(Fault.values());
  private static final Duration SAMPLE = Duration.ofSeconds(1);

  private final LoadOptions load;
  private final Length length;
  private final Consumer<String> progress;

  /**
   * The length of the load, and the number of faults.
   *
   * @param duration the length of the load
   * @param period the time from one replacement of the file to the next
   * @param replacementsPerFault the number of replacements of which one is a fault, 0 for none
   */
  public record Length(Duration duration, Duration period, int replacementsPerFault) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if a duration is not positive, or the number is negative
     */
    public Length {
      if (!duration.isPositive() || !period.isPositive() || replacementsPerFault < 0) {
        throw new IllegalArgumentException(
            "found a duration of "
                + duration
                + ", a period of "
                + period
                + " and a fault in "
                + replacementsPerFault
                + ", expected durations above 0 and a number from 0");
      }
    }
  }

  /**
   * Prepares the scenario.
   *
   * @param load the load
   * @param length the length of the load, and the number of faults
   * @param progress receives a line at each stage
   */
  public SoakScenario(LoadOptions load, Length length, Consumer<String> progress) {
    this.load = load;
    this.length = length;
    this.progress = progress;
  }

  /**
   * Runs the soak in a folder of its own.
   *
   * @param first the version that is served first
   * @param second the other version
   * @param folder an existing folder for the followed file, which is removed at the end
   * @param k the number of items to rank
   * @param users the capacity of the table of users
   * @return the measurements
   * @throws Exception if a file cannot be opened or written, or this thread is interrupted
   */
  public SoakOutcome run(Path first, Path second, Path folder, int k, int users) throws Exception {
    Path followed = folder.resolve("followed.safetensors");
    LiveService service =
        LiveService.following(
            first, second, followed, OpenOptions.FOLLOW, k, load.threads(), users);
    try (OpenLoop loop = new OpenLoop(load.threads(), load.clock());
        Swapper swapper = new Swapper()) {
      return run(loop, swapper, service, followed, Files.readAllBytes(first));
    } finally {
      service.close();
      Fault.repair(followed);
      Files.deleteIfExists(followed);
    }
  }

  private SoakOutcome run(
      OpenLoop loop, Swapper swapper, LiveService service, Path followed, byte[] good)
      throws Exception {
    if (load.firstCore() >= 0) {
      loop.bindToCores(load.firstCore());
    }
    ServiceLoad requests = new ServiceLoad(loop, service);
    double rate = requests.rate(load);
    progress.accept(String.format("%,.0f requests a second", rate));
    List<ArrivalSchedule> schedules = load.arrivals().schedules(rate, load.threads());
    List<String> names = List.of(followed.getFileName().toString());
    if (load.warmUp().isPositive()) {
      requests.run(schedules, load.warmUp(), SAMPLE, i -> {});
    }
    Held before = Held.now(service, names);
    List<SoakSample> samples = new ArrayList<>();
    List<Long> faultStarts = new ArrayList<>();
    Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    Swapper.Action action =
        number -> {
          Fault.repair(followed);
          if (isFault(number)) {
            Fault fault = FAULTS.get(faultStarts.size() % FAULTS.size());
            faultStarts.add(System.nanoTime());
            faults.merge(fault, 1L, Long::sum);
            fault.happen(followed, good);
          } else {
            service.swap();
          }
        };
    long begin = System.nanoTime();
    Future<Swapper.Swaps> swapping = swapper.start(action, length.period(), length.duration());
    LoadResult result =
        requests.run(
            schedules,
            length.duration(),
            SAMPLE,
            interval -> samples.add(sample(interval, begin, service)));
    Swapper.Swaps swaps = OpenLoop.get(swapping);
    Held after = Held.now(service, names);
    LiveGauges gauges = service.gauges();
    service.close();
    return new SoakOutcome(
        load,
        length,
        rate,
        samples,
        new LatencySeries("soak", result.latencies()),
        new SoakOutcome.Replacements(
            swaps.starts().size() - faultStarts.size(),
            faults,
            faultStarts.stream().mapToDouble(at -> (at - begin) / 1e9).toArray(),
            gauges),
        new ServiceOutcome(
            requests.answers(),
            result.errors(),
            result.firstError(),
            before,
            after,
            Held.now(service, names)));
  }

  private boolean isFault(long number) {
    int each = length.replacementsPerFault();
    return each > 0 && number % each == each - 1;
  }

  private SoakSample sample(Interval interval, long begin, LiveService service) {
    try {
      MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
      return new SoakSample(
          (interval.endNanos() - begin) / 1e9,
          interval,
          ProcessResources.resident(),
          memory.getHeapMemoryUsage().getUsed(),
          service.gauges(),
          service.users());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
