package org.staccato.load.openloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalScheduleTest {
  private static final int MANY = 60_000;

  private static double mean(ArrivalSchedule schedule) {
    double sum = 0;
    for (int i = 0; i < MANY; i++) {
      sum += schedule.gapNanos(i);
    }
    return sum / MANY;
  }

  @Test
  void aFixedScheduleHasEqualGapsThatAddUpToTheRate() {
    ArrivalSchedule schedule = ArrivalSchedule.fixed(30_000, 1);
    for (int i = 0; i < 1000; i++) {
      assertEquals(33_333.5, (double) schedule.gapNanos(i), 0.5);
    }
    assertEquals(1e9 / 30_000, mean(schedule), 1e-3);
  }

  @Test
  void aPoissonScheduleHasTheMeanAndTheSpreadOfAnExponentialDistribution() {
    ArrivalSchedule schedule = ArrivalSchedule.poisson(20_000, 7);
    double mean = mean(schedule);
    double squares = 0;
    for (int i = 0; i < MANY; i++) {
      squares += Math.pow(schedule.gapNanos(i) - mean, 2);
    }
    // Four standard errors of a mean of this many gaps, whose deviation is their mean.
    assertEquals(50_000, mean, 4 * 50_000 / Math.sqrt(MANY));
    assertEquals(1, Math.sqrt(squares / MANY) / mean, 0.03);
  }

  @Test
  void theSameSeedGivesTheSameArrivalsAndAnotherOneOthers() {
    ArrivalSchedule one = ArrivalSchedule.poisson(1000, 1);
    ArrivalSchedule again = ArrivalSchedule.poisson(1000, 1);
    for (int i = 0; i < 100; i++) {
      assertEquals(one.gapNanos(i), again.gapNanos(i));
    }
    assertNotEquals(one.gapNanos(5), ArrivalSchedule.poisson(1000, 2).gapNanos(5));
  }

  @Test
  void threadsShareARateAndTakeTurns() {
    List<ArrivalSchedule> schedules = Arrivals.FIXED.schedules(1000, 2);
    assertEquals(1_000_000, schedules.getFirst().gapNanos(0));
    assertEquals(2_000_000, schedules.getFirst().gapNanos(1));
    assertEquals(2_000_000, schedules.getLast().gapNanos(0));
  }

  @Test
  void refusesRatesThatAreNone() {
    for (double rate : new double[] {0, -1, Double.NaN, 2e9}) {
      assertThrows(IllegalArgumentException.class, () -> ArrivalSchedule.fixed(rate, 1));
      assertThrows(IllegalArgumentException.class, () -> ArrivalSchedule.poisson(rate, 1));
    }
  }
}
