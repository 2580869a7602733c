package org.staccato.swap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.staccato.AcquiredVersion;
import org.staccato.ModelReader;
import org.staccato.ScorerPool;
import org.staccato.format.ItemKeys;

/** A pool lends a scorer to one thread at a time, and closes each that it does not keep. */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "each its own use, none open after the close")
@Outcome(id = "-1, 1, 0", expect = ACCEPTABLE, desc = "one came after the close")
@Outcome(id = "1, -1, 0", expect = ACCEPTABLE, desc = "the other came after the close")
@Outcome(id = "-1, -1, 0", expect = ACCEPTABLE, desc = "both came after the close")
@Outcome(expect = FORBIDDEN, desc = "one scorer for two threads, or one that stays open")
@State
public class LentOnce {
  private final Counted first = new Counted();
  private final ScorerPool<Counted> pool = new ScorerPool<>(1, Counted::new);

  /** A scorer that counts its users. */
  private static final class Counted implements ModelReader {
    /** Plain, because the pool makes the writes of one borrower visible to the next. */
    private int users;

    private volatile boolean closed;

    int use() {
      int before = users++;
      int seen = users;
      users--;
      return before == 0 && seen == 1 && !closed ? 1 : 2;
    }

    @Override
    public AcquiredVersion acquire() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void release() {}

    @Override
    public boolean isAcquired() {
      return false;
    }

    @Override
    public ItemKeys itemKeys() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  public LentOnce() {
    pool.giveBack(first);
  }

  private int use() {
    Counted scorer;
    try {
      scorer = pool.borrow();
    } catch (IllegalStateException closed) {
      return -1;
    }
    int seen = scorer.use();
    pool.giveBack(scorer);
    return seen;
  }

  @Actor
  public void one(III_Result result) {
    result.r1 = use();
  }

  @Actor
  public void other(III_Result result) {
    result.r2 = use();
  }

  @Actor
  public void close() {
    pool.close();
  }

  @Arbiter
  public void after(III_Result result) {
    result.r3 = first.closed ? 0 : 1;
  }
}
