package org.staccato.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A small model, a file for snapshots of its users, and users to fill tables with. */
abstract class SnapshotFixture {
  static final int EVENTS = 5;

  @TempDir Path folder;

  Path model;

  Path file;

  @BeforeEach
  void writeModel() throws IOException {
    model = Models.write(folder.resolve("model"), 1, 20, Models.keys(0, 40));
    file = folder.resolve("users.snapshot");
  }

  static void fill(UserStates users, int count) {
    UserScorer scorer = users.newScorer();
    scorer.acquire();
    for (int event = 0; event < 3 * count; event++) {
      scorer.record(event % count, event * 7 % 40);
    }
    scorer.release();
  }

  final List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
