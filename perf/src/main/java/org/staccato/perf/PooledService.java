package org.staccato.perf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.staccato.AcquiredVersion;
import org.staccato.LiveModel;
import org.staccato.ModelReader;
import org.staccato.Scorer;
import org.staccato.ScorerPool;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;

/**
 * Serves requests on threads that own no scorer. Each request borrows a scorer, looks an item up by
 * a textual key, records the event of a user, scores candidates for that user, and asks one
 * question to which the answer of each version is known. Thread-safe.
 */
final class PooledService implements AutoCloseable {
  private static final int QUESTIONS = 256;
  private static final int CANDIDATES = 50;
  private static final int USERS = 100_000;
  private static final int EVENTS = 20;

  private final LiveModel live;
  private final List<Path> versions;
  private final List<Expected> expected;
  private final UserStates users;
  private final ScorerPool<Seat> pool;
  private final LongAdder[] answers = {new LongAdder(), new LongAdder()};
  private final LongAdder foreign = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder firstAcquires = new LongAdder();
  private final LongAccumulator longestFirstAcquire = new LongAccumulator(Math::max, 0);
  private int served;

  /** The answers of a version to all questions, computed before the load. */
  private record Expected(String digest, float[] scores) {}

  /** The scorers that a request borrows at once. */
  private static final class Seat implements ModelReader {
    private final UserScorer users;
    private final Scorer scorer;
    private final UserState user;
    private final int[] candidates = new int[CANDIDATES];
    private final float[] scores = new float[CANDIDATES];
    private String digest = "";

    Seat(UserScorer users, Scorer scorer) {
      this.users = users;
      this.scorer = scorer;
      this.user = scorer.newState();
    }

    @Override
    public AcquiredVersion acquire() {
      return users.acquire();
    }

    @Override
    public void release() {
      users.release();
    }

    @Override
    public boolean isAcquired() {
      return users.isAcquired();
    }

    @Override
    public ItemKeys itemKeys() {
      return users.itemKeys();
    }

    @Override
    public void close() {
      users.close();
      scorer.close();
    }
  }

  /**
   * Serves two versions of a catalogue.
   *
   * @param versions two weight files with the textual keys of {@link #key}
   * @param idle the number of scorers that the pool keeps
   * @throws IOException if a file cannot be opened
   */
  PooledService(List<Path> versions, int idle) throws IOException {
    this.versions = versions;
    this.expected = List.of(ask(versions.getFirst()), ask(versions.getLast()));
    this.live = LiveModel.open(versions.getFirst(), OpenOptions.COPY);
    this.users = new UserStates(live, new UserStatesOptions(USERS, EVENTS));
    this.pool = new ScorerPool<>(idle, () -> new Seat(users.newScorer(), live.newScorer()));
  }

  /** Writes the textual key of an item. */
  static String key(int item) {
    return "item-" + item;
  }

  private static Expected ask(Path version) throws IOException {
    try (LiveModel live = LiveModel.open(version);
        Scorer scorer = live.newScorer()) {
      int items = live.version().specification().ranking().items();
      UserState user = scorer.newState();
      float[] scores = new float[QUESTIONS];
      for (int question = 0; question < QUESTIONS; question++) {
        scores[question] = answer(scorer, user, question, items);
      }
      return new Expected(live.version().digest(), scores);
    }
  }

  private static float answer(Scorer scorer, UserState user, int question, int items) {
    scorer.reset(user);
    scorer.step(user, (int) (question * 7919L % items));
    return scorer.score(user, (int) (question * 104_729L % items));
  }

  /** Serves one request; counts a failure. */
  void serve(long number) {
    try {
      Seat seat = pool.borrow();
      try {
        record(seat, number);
        ask(seat, (int) (number & (QUESTIONS - 1)));
      } finally {
        pool.giveBack(seat);
      }
    } catch (RuntimeException e) {
      errors.increment();
    }
  }

  private void record(Seat seat, long number) {
    long begin = System.nanoTime();
    String digest = seat.acquire().version().digest();
    long took = System.nanoTime() - begin;
    if (!digest.equals(seat.digest)) {
      if (!seat.digest.isEmpty()) {
        firstAcquires.increment();
        longestFirstAcquire.accumulate(took);
      }
      seat.digest = digest;
    }
    ItemKeys items = seat.itemKeys();
    long user = ((number * 0x9E3779B97F4A7C15L) >>> 1) % USERS;
    seat.users.record(
        user, items.indexOf(key((int) (((number * 31) & Long.MAX_VALUE) % items.size()))));
    for (int i = 0; i < CANDIDATES; i++) {
      seat.candidates[i] = (int) (((number * 7 + i * 6007L) & Long.MAX_VALUE) % items.size());
    }
    seat.users.score(user, seat.candidates, CANDIDATES, seat.scores);
    seat.release();
  }

  private void ask(Seat seat, int question) {
    ModelVersion version = seat.scorer.acquire().version();
    try {
      int items = version.specification().ranking().items();
      float found = answer(seat.scorer, seat.user, question, items);
      for (int i = 0; i < expected.size(); i++) {
        Expected own = expected.get(i);
        if (own.digest.equals(version.digest()) && own.scores[question] == found) {
          answers[i].increment();
          return;
        }
      }
      foreign.increment();
    } finally {
      seat.scorer.release();
    }
  }

  /** Publishes the other version. */
  void swap() throws IOException {
    served ^= 1;
    live.publish(versions.get(served));
  }

  /** Returns the number of open scorers. */
  int readers() {
    return live.gauges().readers();
  }

  /** Returns the number of answers of a version, 0 or 1. */
  long answersOf(int version) {
    return answers[version].sum();
  }

  /** Returns the number of answers that belong to no version. */
  long foreign() {
    return foreign.sum();
  }

  /** Returns the number of requests that failed. */
  long errors() {
    return errors.sum();
  }

  /**
   * Returns the number of times that a scorer acquired another version than at its previous
   * acquire.
   */
  long firstAcquires() {
    return firstAcquires.sum();
  }

  /** Returns the time of the longest of these acquires, in nanoseconds. */
  long longestFirstAcquire() {
    return longestFirstAcquire.get();
  }

  @Override
  public void close() {
    pool.close();
    users.close();
    live.close();
  }
}
