package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.load.latency.PopularItems;

/**
 * Questions, each a user and an event, and the answers of two versions of a model to them, computed
 * by each version alone before any load. Immutable, except for the states of {@link #scratch}.
 */
final class ExpectedAnswers {

  /** The number of questions, and therefore of users: a power of two. */
  static final int QUESTIONS = 1 << 10;

  private static final int HISTORY = 4;
  private static final long SEED = 1;

  private final List<Version> versions;
  private final int k;

  /** The questions to one version, as its item indices and states, and its answers. */
  private record Version(
      String digest, List<UserState> users, int[] items, long[] answers, List<UserState> scratch) {}

  private ExpectedAnswers(List<Version> versions, int k) {
    this.versions = versions;
    this.k = k;
  }

  /**
   * Asks two versions all questions.
   *
   * @param first the weight file of the first version
   * @param second the weight file of the second version
   * @param k the number of items of a ranking; the size of the catalogue is the limit
   * @param threads the number of threads that will ask
   * @throws IOException if a file cannot be opened
   * @throws IllegalArgumentException if both give the same answer to a question
   * @throws IllegalStateException if a model does not rank items
   */
  static ExpectedAnswers of(Path first, Path second, int k, int threads) throws IOException {
    List<Version> versions = List.of(ask(first, k, threads), ask(second, k, threads));
    for (int question = 0; question < QUESTIONS; question++) {
      if (versions.getFirst().answers[question] == versions.getLast().answers[question]) {
        throw new IllegalArgumentException(
            second
                + ": found an answer that "
                + first
                + " gives too, expected a version whose answers are all different");
      }
    }
    return new ExpectedAnswers(versions, k);
  }

  private static Version ask(Path file, int k, int threads) throws IOException {
    try (LiveModel live = LiveModel.open(file)) {
      Scorer scorer = live.newScorer();
      int[] events = PopularItems.draw(live, QUESTIONS * (HISTORY + 1), SEED);
      int count = Math.min(k, live.version().specification().ranking().items());
      Ranked ranked = new Ranked(count);
      UserState asked = scorer.newState();
      List<UserState> users = new ArrayList<>();
      int[] items = new int[QUESTIONS];
      long[] answers = new long[QUESTIONS];
      for (int question = 0; question < QUESTIONS; question++) {
        UserState user = scorer.newState();
        for (int event = 0; event < HISTORY; event++) {
          scorer.step(user, events[question * (HISTORY + 1) + event]);
        }
        users.add(user);
        items[question] = events[question * (HISTORY + 1) + HISTORY];
        asked.copyFrom(user);
        scorer.step(asked, items[question]);
        scorer.topK(asked, count, ranked);
        answers[question] = fingerprint(ranked);
      }
      List<UserState> scratch = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        scratch.add(scorer.newState());
      }
      return new Version(live.version().digest(), users, items, answers, scratch);
    }
  }

  /** Mixes the items and the bits of the scores of a ranking. */
  static long fingerprint(Ranked ranked) {
    long mixed = ranked.size();
    for (int i = 0; i < ranked.size(); i++) {
      mixed =
          mixed * 0x9E3779B97F4A7C15L
              + ((long) ranked.item(i) << 32 ^ Float.floatToRawIntBits(ranked.score(i)));
      mixed ^= mixed >>> 29;
    }
    return mixed;
  }

  /** {@return 0 or 1, the version with a digest, or −1 for any other} */
  int versionOf(String digest) {
    for (int version = 0; version < versions.size(); version++) {
      if (versions.get(version).digest.equals(digest)) {
        return version;
      }
    }
    return -1;
  }

  /** {@return the number of items of a ranking} */
  int k() {
    return k;
  }

  /** {@return the state of a version that a thread may write to} */
  UserState scratch(int version, int thread) {
    return versions.get(version).scratch.get(thread);
  }

  /** {@return the state of the user of a question in a version} */
  UserState user(int version, int question) {
    return versions.get(version).users.get(question);
  }

  /** {@return the event of a question} */
  int item(int version, int question) {
    return versions.get(version).items[question];
  }

  /** {@return the fingerprint of a version's answer} */
  long answer(int version, int question) {
    return versions.get(version).answers[question];
  }
}
