package org.staccato.perf.load;

import java.util.ArrayList;
import java.util.List;

/** How requests arrive. */
public enum Arrivals {
  /** At random, as those of many independent users do. */
  POISSON,
  /** At equal distances. */
  FIXED;

  private static final long SEED = 1;

  /** Divides a rate among threads. */
  List<ArrivalSchedule> schedules(double perSecond, int threads) {
    List<ArrivalSchedule> schedules = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      schedules.add(
          switch (this) {
            case POISSON -> ArrivalSchedule.poisson(perSecond / threads, SEED + thread);
            case FIXED ->
                ArrivalSchedule.fixed(perSecond / threads, (thread + 1) / (double) threads);
          });
    }
    return schedules;
  }
}
