package org.staccato.swap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Closing waits for the call under way, and refuses those that come later. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the call came first, and was over")
@Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "the call came later, and was refused")
@Outcome(expect = FORBIDDEN, desc = "a call on memory given back, or inside after the close")
@State
public class Closed extends Versions {
  private final Lease<Version> lease = newLease();

  /** Plain, because the close must make visible that the call is over. */
  private boolean inside;

  @Actor
  public void read(II_Result result) {
    try {
      Version version = lease.enter();
      inside = true;
      result.r1 = version.retired ? 1 : 0;
      inside = false;
      lease.exit();
    } catch (IllegalStateException closed) {
      result.r1 = -1;
    }
  }

  @Actor
  public void close(II_Result result) {
    publication.close();
    result.r2 = inside || !first.retired ? 1 : 0;
  }
}
