package org.staccato.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.staccato.LiveModel;
import org.staccato.load.report.MarkdownPage;
import org.staccato.load.scenario.ProcessResources;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesGauges;
import org.staccato.users.UserStatesOptions;

/**
 * Measures the bytes and seconds of a table of users: fills it, writes it to the disk, reads it
 * back, compares the next scores, and writes a page of results.
 */
public final class UserStatesFootprint {
  private static final int EVENTS = 50;
  private static final int COMPARED = 10_000;

  private UserStatesFootprint() {}

  /** The times and sizes of one run. */
  private record Figures(
      double fillSeconds,
      double writeSeconds,
      double readSeconds,
      long residentBytes,
      long snapshotBytes,
      int different) {}

  /**
   * Measures and writes {@code user-states.md}.
   *
   * @param arguments a weight file of a ranking; the folder for the page; the number of users,
   *     1,000,000 if absent
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2 || arguments.length > 3) {
      System.err.println("usage: UserStatesFootprint FILE FOLDER [USERS]");
      System.exit(2);
    }
    Path model = Path.of(arguments[0]);
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    int count = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1_000_000;
    Path snapshot = Files.createTempFile(folder, "users-", ".snapshot");
    try (LiveModel live = LiveModel.open(model)) {
      long before = ProcessResources.resident();
      try (UserStates users = new UserStates(live, new UserStatesOptions(count, EVENTS))) {
        double fill = seconds(() -> fill(users, count, live.itemKeys().size()));
        long resident = ProcessResources.resident() - before;
        double write = seconds(() -> users.writeSnapshot(snapshot));
        long start = System.nanoTime();
        try (UserStates restored =
            UserStates.restore(snapshot, live, new UserStatesOptions(count, EVENTS))) {
          double read = (System.nanoTime() - start) / 1e9;
          int different = different(users, restored, count);
          Figures figures =
              new Figures(fill, write, read, resident, Files.size(snapshot), different);
          String network =
              model.getFileName() + ": " + live.version().specification().width() + " hidden units";
          page(model, network, count, users.gauges(), figures)
              .write(folder.resolve("user-states.md"));
        }
      }
    } finally {
      Files.delete(snapshot);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static double seconds(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void fill(UserStates users, int count, int items) {
    UserScorer scorer = users.newScorer();
    scorer.acquire();
    for (int event = 0; event < EVENTS; event++) {
      for (int user = 0; user < count; user++) {
        scorer.record(user, (int) ((user * 31L + event * 7919L) % items));
      }
    }
    scorer.release();
  }

  /** Draws some users and counts those whose next score differs after the restore. */
  private static int different(UserStates users, UserStates restored, int count) {
    SplittableRandom random = new SplittableRandom(1);
    UserScorer one = users.newScorer();
    UserScorer other = restored.newScorer();
    one.acquire();
    other.acquire();
    int items = one.itemKeys().size();
    int different = 0;
    for (int i = 0; i < COMPARED; i++) {
      int user = random.nextInt(count);
      int item = random.nextInt(items);
      one.record(user, item);
      other.record(user, item);
      int candidate = random.nextInt(items);
      different += one.score(user, candidate) == other.score(user, candidate) ? 0 : 1;
    }
    one.release();
    other.release();
    return different;
  }

  private static MarkdownPage page(
      Path model, String network, int count, UserStatesGauges gauges, Figures figures) {
    long events = (long) count * EVENTS;
    return new MarkdownPage(
            "A million users in memory and on the disk",
            CommandLine.of(
                List.of("--add-modules", "jdk.incubator.vector", "-XX:MaxDirectMemorySize=4g"),
                UserStatesFootprint.class,
                List.of(model.getFileName(), "perf/results", count)),
            "%,d users with the last %d events each, on %s.",
            count,
            EVENTS,
            network)
        .table("", "")
        .row("slots, states and index, bytes a user | %.0f", (double) gauges.bytes() / count)
        .row("the process grew by, bytes a user | %.0f", (double) figures.residentBytes / count)
        .row("evicted | %d", gauges.evictions())
        .row(
            "%,d events recorded, one thread | %.1f s, %.2f µs each",
            events, figures.fillSeconds, figures.fillSeconds * 1e6 / events)
        .row("snapshot | %.2f s, %,d bytes", figures.writeSeconds, figures.snapshotBytes)
        .row("restore | %.2f s", figures.readSeconds)
        .row("next scores that differ after the restore, of %,d | %d", COMPARED, figures.different);
  }
}
