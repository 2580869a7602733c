package org.staccato.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.SplittableRandom;
import org.staccato.LiveModel;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;

/**
 * Fills a table with users, writes it to the disk, reads it back, and compares the next scores;
 * what that takes in bytes and seconds becomes a page of results.
 */
public final class UserStatesFootprint {
  private static final int EVENTS = 50;
  private static final int COMPARED = 10_000;

  private UserStatesFootprint() {}

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
      long before = residentBytes();
      try (UserStates users = new UserStates(live, new UserStatesOptions(count, EVENTS))) {
        double fill = seconds(() -> fill(users, count, live.items().size()));
        long resident = residentBytes() - before;
        double write = seconds(() -> users.writeSnapshot(snapshot));
        long start = System.nanoTime();
        try (UserStates restored =
            UserStates.restore(snapshot, live, new UserStatesOptions(count, EVENTS))) {
          double read = (System.nanoTime() - start) / 1e9;
          int different = different(users, restored, count);
          Files.writeString(
              folder.resolve("user-states.md"),
              page(
                  model,
                  live,
                  count,
                  users,
                  new double[] {fill, write, read},
                  new long[] {resident, Files.size(snapshot), different}));
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

  /** How many of some random users get a next score that differs in any bit. */
  private static int different(UserStates users, UserStates restored, int count) {
    SplittableRandom random = new SplittableRandom(1);
    UserScorer one = users.newScorer();
    UserScorer other = restored.newScorer();
    one.acquire();
    other.acquire();
    int items = one.items().size();
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

  private static long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0);
  }

  private static String page(
      Path model, LiveModel live, int count, UserStates users, double[] seconds, long[] figures) {
    return String.format(
        Locale.ROOT,
        """
        # A million users in memory and on the disk

        %s. %s. %,d users with the last %d events each, on %s: %d hidden units.

        To repeat it:
        ```
        java --add-modules jdk.incubator.vector -XX:MaxDirectMemorySize=4g -cp 'src/cli/target/lib/*' %s %s perf/results %d
        ```

        | | |
        |---|--:|
        | slots, states and index, bytes a user | %.0f |
        | the process grew by, bytes a user | %.0f |
        | evicted | %d |
        | %,d events recorded, one thread | %.1f s, %.2f µs each |
        | snapshot | %.2f s, %,d bytes |
        | restore | %.2f s |
        | next scores that differ after the restore, of %,d | %d |
        """,
        Machine.describe(),
        LocalDate.now(ZoneOffset.UTC),
        count,
        EVENTS,
        model.getFileName(),
        live.version().specification().hiddenSizes().getLast(),
        UserStatesFootprint.class.getName(),
        model.getFileName(),
        count,
        (double) users.gauges().bytes() / count,
        (double) figures[0] / count,
        users.gauges().evictions(),
        (long) count * EVENTS,
        seconds[0],
        seconds[0] * 1e6 / count / EVENTS,
        seconds[1],
        figures[1],
        seconds[2],
        COMPARED,
        figures[2]);
  }
}
