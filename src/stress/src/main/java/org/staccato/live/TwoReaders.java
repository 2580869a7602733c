package org.staccato.live;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two readers hold the version that is rolled back from, or the one that is rolled back to. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "versions that are not retired")
@Outcome(expect = FORBIDDEN, desc = "a version whose memory was given back")
@State
public class TwoReaders extends Versions {
  private final Lease<Version> one = newLease();
  private final Lease<Version> other = newLease();

  private static int acquire(Lease<Version> lease) {
    lease.acquire();
    Version version = lease.enter();
    int retired = version.retired ? 1 : 0;
    lease.exit();
    retired |= lease.acquired().retired ? 1 : 0;
    lease.release();
    return retired;
  }

  @Actor
  public void read(II_Result result) {
    result.r1 = acquire(one);
  }

  @Actor
  public void readToo(II_Result result) {
    result.r2 = acquire(other);
  }

  @Actor
  public void publish() {
    publication.publish(second.model);
    publication.rollBack();
  }
}
