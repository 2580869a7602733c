package org.staccato.load.openloop;

import java.util.SplittableRandom;

/**
 * The intended start times of the requests of one thread, chosen before the first request: an
 * endless series of gaps, the same at every use. Immutable.
 */
public final class ArrivalSchedule {

  /** The number of requests after which the gaps repeat. */
  private static final int GAPS = 1 << 16;

  private final long[] gaps;
  private final long firstGap;

  private ArrivalSchedule(long firstGap, long[] gaps) {
    this.firstGap = firstGap;
    this.gaps = gaps;
  }

  /**
   * Makes a schedule of requests at equal distances.
   *
   * @param perSecond the requests of a second
   * @param phase the first gap as a share of a whole gap, above 0, so that several threads can take
   *     turns
   * @return the schedule
   * @throws IllegalArgumentException if the rate is not a positive number of at most 10⁹
   */
  public static ArrivalSchedule fixed(double perSecond, double phase) {
    double gap = 1e9 / requireRate(perSecond);
    long[] gaps = new long[GAPS];
    for (int i = 0; i < GAPS; i++) {
      gaps[i] = Math.round((i + 1) * gap) - Math.round(i * gap);
    }
    return new ArrivalSchedule(Math.round(gap * phase), gaps);
  }

  /**
   * Makes a schedule of the requests of many independent users: a Poisson process, whose gaps are
   * exponentially distributed.
   *
   * @param perSecond the requests of a second, on average
   * @param seed the seed of the gaps
   * @return the schedule
   * @throws IllegalArgumentException if the rate is not a positive number of at most 10⁹
   */
  public static ArrivalSchedule poisson(double perSecond, long seed) {
    double mean = 1e9 / requireRate(perSecond);
    SplittableRandom random = new SplittableRandom(seed);
    long[] gaps = new long[GAPS];
    for (int i = 0; i < GAPS; i++) {
      gaps[i] = Math.round(-Math.log(1 - random.nextDouble()) * mean);
    }
    return new ArrivalSchedule(gaps[0], gaps);
  }

  private static double requireRate(double perSecond) {
    if (!(perSecond > 0 && perSecond <= 1e9)) {
      throw new IllegalArgumentException(
          "rate: found " + perSecond + " requests a second, expected more than 0 and at most 1e9");
    }
    return perSecond;
  }

  /**
   * Looks up the time between the intended starts of a request and of the previous one.
   *
   * @param request the number of the request, 0 for the first, whose gap begins at the start of the
   *     load
   * @return the gap in nanoseconds
   */
  public long gapNanos(long request) {
    return request == 0 ? firstGap : gaps[(int) (request & (GAPS - 1))];
  }
}
