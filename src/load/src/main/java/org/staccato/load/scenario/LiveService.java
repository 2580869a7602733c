package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.live.LiveGauges;
import org.staccato.live.LoadMode;
import org.staccato.live.OpenOptions;
import org.staccato.load.openloop.Requests;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;

/**
 * Serves a live model and swaps its version, by publishing the other weight file or by renaming it
 * over the followed one. A request acquires a version, takes a user's state, steps it by one event
 * and ranks the catalogue; its answer is compared with the known answer of that version.
 */
public final class LiveService implements Service {

  /** The events that the table keeps of each user. */
  private static final int EVENTS = 50;

  /** The number of requests after which a new user arrives. */
  private static final int REQUESTS_PER_USER = 100;

  private final LiveModel live;
  private final List<Path> versions;
  private final ExpectedAnswers expected;
  private final @Nullable Path followed;
  private final @Nullable UserStates users;
  private int served;

  private LiveService(
      LiveModel live,
      List<Path> versions,
      ExpectedAnswers expected,
      @Nullable Path followed,
      @Nullable UserStates users) {
    this.live = live;
    this.versions = versions;
    this.expected = expected;
    this.followed = followed;
    this.users = users;
  }

  /**
   * Serves two weight files by publishing them in turns.
   *
   * @param first the version that is served first
   * @param second the other version
   * @param mode the way of the versions into memory
   * @param k the number of items to rank
   * @param threads the number of threads that will serve
   * @return the service, owned by the caller
   * @throws IOException if a file cannot be opened
   * @throws IllegalArgumentException if both versions give the same answer to a question
   * @throws IllegalStateException if the models do not rank items
   */
  public static LiveService publishing(Path first, Path second, LoadMode mode, int k, int threads)
      throws IOException {
    ExpectedAnswers expected = ExpectedAnswers.of(first, second, k, threads);
    return new LiveService(
        LiveModel.open(first, OpenOptions.MAP.withMode(mode)),
        List.of(first, second),
        expected,
        null,
        null);
  }

  /**
   * Serves the file at a path, over which copies of two weight files are renamed in turns.
   *
   * @param first the version that is served first
   * @param second the other version
   * @param followed the path, where the first version is put
   * @param options the options with which the model is opened
   * @param k the number of items to rank
   * @param threads the number of threads that will serve
   * @param users the capacity of the table in which the events of all users are recorded
   * @return the service, owned by the caller
   * @throws IOException if a file cannot be opened or written
   * @throws IllegalArgumentException if both versions give the same answer to a question
   * @throws IllegalStateException if the models do not rank items
   */
  public static LiveService following(
      Path first, Path second, Path followed, OpenOptions options, int k, int threads, int users)
      throws IOException {
    ExpectedAnswers expected = ExpectedAnswers.of(first, second, k, threads);
    Files.copy(first, followed, StandardCopyOption.REPLACE_EXISTING);
    LiveModel live = LiveModel.open(followed, options);
    return new LiveService(
        live,
        List.of(first, second),
        expected,
        followed,
        new UserStates(live, new UserStatesOptions(users, EVENTS)));
  }

  @Override
  public String name() {
    return "Staccato";
  }

  @Override
  public String filePrefix() {
    return "";
  }

  @Override
  public Requests newRequests(int thread, AnswerCounts counts) {
    int k = Math.min(expected.k(), live.version().specification().ranking().items());
    Scorer scorer = live.newScorer();
    Ranked ranked = new Ranked(k);
    UserScorer table = users == null ? null : users.newScorer();
    return number -> {
      int question = (int) (number * 7919 & (ExpectedAnswers.QUESTIONS - 1));
      int version = expected.versionOf(scorer.acquire().version().digest());
      try {
        if (version < 0) {
          counts.countForeign();
          return;
        }
        UserState user = expected.scratch(version, thread);
        user.copyFrom(expected.user(version, question));
        scorer.step(user, expected.item(version, question));
        scorer.topK(user, k, ranked);
      } finally {
        scorer.release();
      }
      if (table != null) {
        record(table, userOf(number), expected.item(version, question));
      }
      counts.count(
          version, expected.answer(version, question), ExpectedAnswers.fingerprint(ranked));
    };
  }

  private static void record(UserScorer table, long user, int item) {
    table.acquire();
    try {
      table.record(user, item);
    } finally {
      table.release();
    }
  }

  /** Draws one of the users who have arrived so far. */
  private static long userOf(long number) {
    long drawn = number * 0x9E3779B97F4A7C15L;
    return ((drawn ^ drawn >>> 32) & Long.MAX_VALUE) % (number / REQUESTS_PER_USER + 1);
  }

  @Override
  public void swap() throws IOException {
    Path next = versions.get(served ^ 1);
    if (followed == null) {
      live.publish(next);
    } else {
      Path beside = followed.resolveSibling("." + followed.getFileName() + ".next");
      Files.copy(next, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          beside, followed, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    served ^= 1;
  }

  /** {@return the gauges of the model} */
  LiveGauges gauges() {
    return live.gauges();
  }

  /** {@return the model that serves} */
  LiveModel live() {
    return live;
  }

  @Override
  public Holdings holdings() {
    LiveGauges gauges = live.gauges();
    return new Holdings(gauges.versions(), gauges.bytes());
  }

  /** {@return the number of users in the table} */
  long users() {
    return users == null ? 0 : users.gauges().users();
  }

  @Override
  public void close() {
    if (users != null) {
      users.close();
    }
    live.close();
  }
}
