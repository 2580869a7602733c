package org.staccato.swap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The version that a reader holds is never retired, even if other versions are published meanwhile.
 */
@JCStressTest
@Outcome(id = "[123], 0", expect = ACCEPTABLE, desc = "a version that is not retired")
@Outcome(expect = FORBIDDEN, desc = "a version whose memory was given back")
@State
public class HeldVersion extends Versions {
  private final Lease<Version> lease = newLease();

  @Actor
  public void read(II_Result result) {
    Version version = lease.enter();
    result.r1 = version.number;
    result.r2 = version.retired ? 1 : 0;
    lease.exit();
  }

  @Actor
  public void publish() {
    publication.publish(second.model);
    publication.publish(third.model);
  }
}
