package org.staccato.harness;

import java.io.IOException;
import java.nio.file.Path;
import org.staccato.LiveModel;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;

/** A process that adds users, writes a snapshot and prints its number, until it is killed. */
public final class SnapshotLoop {
  /** The users that each snapshot adds. */
  public static final int USERS = 1000;

  public static final int CAPACITY = 127 * USERS;

  private SnapshotLoop() {}

  public static void main(String[] arguments) throws IOException {
    try (LiveModel live = LiveModel.open(Path.of(arguments[0]));
        UserStates users = new UserStates(live, new UserStatesOptions(CAPACITY, 5))) {
      UserScorer scorer = users.newScorer();
      for (int generation = 1; generation < 127; generation++) {
        scorer.acquire();
        for (int user = 0; user < USERS; user++) {
          scorer.record((long) generation * USERS + user, user % 40);
        }
        scorer.release();
        users.writeSnapshot(Path.of(arguments[1]));
        System.out.write(generation);
        System.out.flush();
      }
    }
  }
}
