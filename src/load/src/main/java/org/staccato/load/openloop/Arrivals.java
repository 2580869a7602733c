package org.staccato.load.openloop;

import java.util.ArrayList;
import java.util.List;

/** The distribution of the arrivals of requests. */
public enum Arrivals {
  /** Random arrivals, like the requests of many independent users. */
  POISSON,
  /** Arrivals at equal distances. */
  FIXED;

  private static final long SEED = 1;

  /**
   * Divides a rate among threads.
   *
   * @param perSecond the requests of a second of all threads together
   * @param threads the number of threads
   * @return a schedule for each thread
   * @throws IllegalArgumentException if a thread's rate is not a positive number of at most 10⁹
   */
  public List<ArrivalSchedule> schedules(double perSecond, int threads) {
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
