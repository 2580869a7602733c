package org.staccato.load.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.staccato.load.latency.Interval;
import org.staccato.load.openloop.ArrivalSchedule;
import org.staccato.load.openloop.LoadResult;
import org.staccato.load.openloop.OpenLoop;
import org.staccato.load.openloop.Requests;

/** Puts load on a service, on the threads of an open loop. */
final class ServiceLoad {
  private static final Duration CALIBRATION = Duration.ofSeconds(2);

  private final OpenLoop loop;
  private final Service service;
  private final List<Requests> requests;
  private final List<AnswerCounts> counts = new ArrayList<>();

  /** Creates the requests of each thread, on that thread. */
  ServiceLoad(OpenLoop loop, Service service) throws Exception {
    this.loop = loop;
    this.service = service;
    for (int thread = 0; thread < loop.threads(); thread++) {
      counts.add(new AnswerCounts());
    }
    requests = loop.onEach(thread -> service.newRequests(thread, counts.get(thread)));
  }

  Service service() {
    return service;
  }

  /** Chooses the rate: the given rate, or the rate that loads one core to the given share. */
  double rate(LoadOptions options) throws Exception {
    if (options.rate() > 0) {
      return options.rate();
    }
    Duration warmUp = options.warmUp();
    Duration measured = CALIBRATION.compareTo(warmUp) < 0 ? CALIBRATION : warmUp;
    List<Double> nanos =
        loop.onEach(
            thread -> {
              serve(thread, warmUp);
              // Several threads slow each other down, which does not show without a queue.
              return thread == 0 ? serve(thread, measured) : 0;
            });
    return options.load() * 1e9 / nanos.getFirst();
  }

  /** Serves without a pause and returns the nanoseconds of a request. */
  private double serve(int thread, Duration duration) throws Exception {
    long begin = System.nanoTime();
    long end;
    long number = 0;
    do {
      requests.get(thread).serve(number++);
      end = System.nanoTime();
    } while (end - begin < duration.toNanos());
    return (double) (end - begin) / number;
  }

  LoadResult run(
      List<ArrivalSchedule> schedules,
      Duration duration,
      Duration interval,
      Consumer<Interval> observer)
      throws Exception {
    return loop.run(requests, schedules, duration, interval, observer);
  }

  /** {@return the answers of all threads so far; no request may be running} */
  AnswerCounts answers() {
    AnswerCounts all = new AnswerCounts();
    counts.forEach(all::add);
    return all;
  }
}
