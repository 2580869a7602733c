package org.staccato.format;

import java.util.concurrent.locks.LockSupport;

/**
 * Limits the loading of a version to a share of a core, so that scorers keep the caches and the
 * hardware thread that they share with it. Work calls {@link #pause} between slices of some tens of
 * microseconds; the pause grows with the time of the slice. Confined to the thread that loads.
 */
public final class Pace {

  /** The length of a slice of work before a pause: a delay that no request notices. */
  private static final long SLICE_NANOS = 50_000;

  private final double rest;
  private long resumed = System.nanoTime();

  /**
   * Starts a slice.
   *
   * @param share the share of a core, above 0 and at most 1, which means no pause
   * @throws IllegalArgumentException if the share is out of range
   */
  public Pace(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share: found " + share + ", expected above 0 and at most 1");
    }
    this.rest = 1 / share - 1;
  }

  /** {@return a pace without pauses} */
  public static Pace full() {
    return new Pace(1);
  }

  /** Pauses if the slice of work since the last pause has been long enough. */
  public void pause() {
    if (rest == 0) {
      return;
    }
    long worked = System.nanoTime() - resumed;
    if (worked >= SLICE_NANOS) {
      LockSupport.parkNanos(this, (long) (worked * rest));
      resumed = System.nanoTime();
    }
  }
}
