package org.staccato.swap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A call that begins after a version was published sees it. */
@JCStressTest
@Outcome(id = "0, [12]", expect = ACCEPTABLE, desc = "before it was published, either")
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "after it was published, the new one")
@Outcome(expect = FORBIDDEN, desc = "after it was published, the old one")
@State
public class LaterCall extends Versions {
  private final Lease<Version> lease = newLease();
  private volatile boolean published;

  @Actor
  public void read(II_Result result) {
    result.r1 = published ? 1 : 0;
    result.r2 = lease.enter().number;
    lease.exit();
  }

  @Actor
  public void publish() {
    publication.publish(second.model);
    published = true;
  }
}
