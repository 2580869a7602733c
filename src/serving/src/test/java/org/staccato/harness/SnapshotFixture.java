package org.staccato.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;

/** A small model, a file for snapshots of its users, and users to fill tables with. */
public abstract class SnapshotFixture {
  protected static final int EVENTS = 5;

  @TempDir protected Path folder;

  protected Path model;

  protected Path file;

  @BeforeEach
  public final void writeModel() throws IOException {
    model = Models.write(folder.resolve("model"), 1, 20, Models.keys(0, 40));
    file = folder.resolve("users.snapshot");
  }

  /** Records three events of each user. */
  protected static void fill(UserStates users, int count) {
    UserScorer scorer = users.newScorer();
    scorer.acquire();
    for (int event = 0; event < 3 * count; event++) {
      scorer.record(event % count, event * 7 % 40);
    }
    scorer.release();
  }

  /** Lists the files in the folder. */
  protected final List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
