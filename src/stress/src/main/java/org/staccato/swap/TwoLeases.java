package org.staccato.swap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two leases hold the version that is rolled back from, or the one that is rolled back to. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "versions that are not retired")
@Outcome(expect = FORBIDDEN, desc = "a version whose memory was given back")
@State
public class TwoLeases extends Versions {
  private final Lease<Version> one = newLease();
  private final Lease<Version> other = newLease();

  @Actor
  public void read(II_Result result) {
    one.acquire();
    other.acquire();
    result.r1 = other.acquired().retired ? 1 : 0;
    other.release();
    Version version = one.enter();
    one.exit();
    result.r2 = version.retired ? 1 : 0;
    one.release();
  }

  @Actor
  public void publish() {
    publication.publish(second.model);
    publication.rollBack();
  }
}
