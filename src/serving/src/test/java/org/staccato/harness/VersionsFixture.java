package org.staccato.harness;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.ScorerPool;
import org.staccato.users.UserScorer;

/** Versions of a small model, which users meet one after the other. */
public abstract class VersionsFixture {
  @TempDir protected Path folder;

  /** The second version lacks items and has others, the third has states of another size. */
  protected Path[] versions = {};

  @BeforeEach
  public final void writeVersions() throws IOException {
    versions =
        new Path[] {
          Models.write(folder.resolve("a"), 1, 17, Models.keys(0, 40)),
          Models.write(folder.resolve("b"), 2, 17, Models.keys(10, 60)),
          Models.write(folder.resolve("c"), 3, 33, Models.keys(5, 50))
        };
  }

  /** Serves a request of a user as a service does, with a scorer of the pool. */
  protected static void serve(ScorerPool<UserScorer> pool, long user, int request) {
    UserScorer scorer = pool.borrow();
    try {
      scorer.acquire();
      int items = scorer.itemKeys().size();
      scorer.record(user, request % items);
      assertTrue(Float.isFinite(scorer.score(user, request % items)));
      scorer.prepare(user);
    } finally {
      pool.giveBack(scorer);
    }
  }
}
