package org.staccato.load.openloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.staccato.load.latency.Interval;

/** The loop on a clock that only requests and waiting advance. */
class OpenLoopTest {
  private static final long GAP = 100_000;
  private static final long QUICK = 10_000;

  private static final class SetClock implements Clock {
    private final AtomicLong now = new AtomicLong();

    @Override
    public long nanos() {
      return now.get();
    }

    @Override
    public void await(long nanos) {
      now.accumulateAndGet(nanos, Math::max);
    }

    void pass(long nanos) {
      now.addAndGet(nanos);
    }
  }

  private final SetClock clock = new SetClock();

  private LoadResult run(Requests requests, int count) throws Exception {
    try (OpenLoop loop = new OpenLoop(1, clock)) {
      return loop.run(
          List.of(requests),
          List.of(ArrivalSchedule.fixed(1e9 / GAP, 1)),
          Duration.ofNanos(GAP * (count + 1)),
          Duration.ofMillis(5),
          interval -> {});
    }
  }

  @Test
  void servesEveryRequestOfTheScheduleAndTimesIt() throws Exception {
    LoadResult result = run(number -> clock.pass(QUICK), 50);
    assertEquals(50, result.latencies().getTotalCount());
    assertEquals((double) QUICK, (double) result.latencies().getMaxValue(), QUICK / 1000.0);
    assertEquals(50, result.intervals().stream().mapToLong(Interval::count).sum());
    assertEquals(0, result.errors());
  }

  @Test
  void aStalledRequestIsPaidForByThoseThatWaitBehindIt() throws Exception {
    int stalledAt = 10;
    long stall = 5 * GAP;
    LoadResult result = run(number -> clock.pass(number == stalledAt ? stall : QUICK), 50);
    // The next request starts 4 gaps late, and each request catches up by a gap less its own time.
    long caughtUp = GAP - QUICK;
    long late = 0;
    for (long delay = stall - GAP; delay > 0; delay -= caughtUp) {
      late++;
      long latency = delay + QUICK;
      assertEquals(
          late,
          result.latencies().getCountBetweenValues(latency, stall - GAP / 2),
          "requests of at least " + latency + " ns behind the stalled one");
    }
    assertEquals(5, late);
    assertEquals((double) stall, (double) result.latencies().getMaxValue(), stall / 1000.0);
  }

  @Test
  void aFailedRequestIsCountedAndTheNextOneServed() throws Exception {
    Exception failure = new Exception("refused");
    LoadResult result =
        run(
            number -> {
              if (number % 10 == 0) {
                throw failure;
              }
            },
            50);
    assertEquals(5, result.errors());
    assertSame(failure, result.firstError().orElseThrow());
    assertEquals(50, result.latencies().getTotalCount());
  }

  @Test
  void refusesToRunOnNoThread() {
    assertThrows(IllegalArgumentException.class, () -> new OpenLoop(0, clock));
  }

  @Test
  void theClockOfTheSystemReturnsNotBeforeTheTime() {
    for (boolean yields : new boolean[] {false, true}) {
      Clock system = Clock.system(yields);
      long time = system.nanos() + 2_000_000;
      system.await(time);
      assertEquals(0, Math.max(0, time - system.nanos()));
    }
  }
}
