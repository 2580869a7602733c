package org.staccato.swap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One thread acquires a version and ends; another uses it while the model is closed: the close
 * takes the version before the call, or waits for its release.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the call came first, and was over")
@Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "the version was taken, and the call refused")
@Outcome(expect = FORBIDDEN, desc = "a call on memory given back, or inside after the close")
@State
public class HandedOver extends Versions {
  private final Lease<Version> lease = newLease();

  /** Plain, because the close must make visible that the call is over. */
  private boolean inside;

  public HandedOver() {
    Thread ended = Thread.ofVirtual().start(lease::acquire);
    try {
      ended.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Actor
  public void read(II_Result result) {
    try {
      Version version = lease.enter();
      inside = true;
      result.r1 = version.retired ? 1 : 0;
      inside = false;
      lease.exit();
    } catch (IllegalStateException taken) {
      result.r1 = -1;
    }
    lease.release();
  }

  @Actor
  public void close(II_Result result) {
    publication.close();
    result.r2 = inside || !first.retired ? 1 : 0;
  }
}
