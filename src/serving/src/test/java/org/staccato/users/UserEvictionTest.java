package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntBinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.ItemFilter;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.format.ItemKeys.Kind;
import org.staccato.harness.Models;
import org.staccato.harness.VersionsFixture;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.RandomSeed;
import org.staccato.users.table.Stripe;

/**
 * Many threads with more users than fit, so that users evict one another all the time, over changes
 * of the version. A thread has users of its own, so only an eviction can come between two of its
 * calls: each answer is that of a complete history that the user may have, or that of a new user.
 */
class UserEvictionTest extends VersionsFixture {
  private static final int EVENTS = 8;
  private static final int THREADS = 8;
  private static final int USERS = 200;
  private static final int REQUESTS = 2_000;
  private static final int TOP = 5;

  /** Versions with items of their own, with states of another size, and with other keys. */
  @BeforeEach
  void writeTexts() throws IOException {
    versions = Arrays.copyOf(versions, 4);
    versions[3] =
        Models.write(folder.resolve("texts"), 4, 20, "3", "tea", "7", "cup", "pot", "täglich 茶");
  }

  /** The keys of a user's events, and the number of times that the user entered the table. */
  private record History(List<Object> events, int entries) {

    History and(Object key) {
      List<Object> longer = new ArrayList<>(events);
      longer.add(key);
      return new History(longer, events.isEmpty() ? entries + 1 : entries);
    }

    History forgotten() {
      return new History(List.of(), entries);
    }

    /** The items of the events that are kept, as far as a version has them. */
    List<Integer> items(ItemKeys keys) {
      return events.subList(Math.max(0, events.size() - EVENTS), events.size()).stream()
          .map(key -> indexOf(keys, key))
          .filter(item -> item >= 0)
          .toList();
    }

    private static int indexOf(ItemKeys keys, Object key) {
      if (key instanceof Long number) {
        return keys.indexOf(number);
      }
      return keys.kind() == Kind.TEXT ? keys.indexOf((String) key) : -1;
    }
  }

  /** Runs without and with rebuilds beside the requests; their sums differ in the last bits. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEvictedUserStartsFromNothingAndGetsNoStateOfAnother(boolean rebuilding) throws Exception {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(64, EVENTS));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      long room = users.table().stripes().stream().mapToLong(Stripe::capacity).sum();
      assertTrue(room < THREADS * USERS / 2, "most users do not fit into " + room);
      List<Client> clients = new ArrayList<>();
      List<Future<?>> results = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Client client = new Client(live, users, seed, thread, rebuilding ? 1e-4f : 0);
        clients.add(client);
        results.add(threads.submit(client));
      }
      int changes = 0;
      for (; changes < 4 || !results.stream().allMatch(Future::isDone); changes++) {
        int next = changes < 4 ? 3 - changes : random.nextInt(versions.length);
        live.publish(versions[next]);
        if (rebuilding) {
          users.rebuild();
        }
        UserStatesGauges gauges = users.gauges();
        assertTrue(gauges.users() <= room, () -> gauges + " of at most " + room);
      }
      for (Future<?> result : results) {
        result.get();
      }
      assertGaugesAddUp(users, clients);
    }
  }

  private static void assertGaugesAddUp(UserStates users, List<Client> clients) {
    long present = 0;
    long fewest = 0;
    long most = 0;
    for (Client client : clients) {
      client.checkAll();
      present += client.present();
      fewest += client.entries(Math::min);
      most += client.entries(Math::max);
      most -= client.forgotten;
      fewest -= client.forgotten;
    }
    UserStatesGauges gauges = users.gauges();
    String what = gauges + ", entered less forgotten " + fewest + " to " + most;
    assertEquals(present, gauges.users(), what);
    assertTrue(gauges.evictions() > USERS, what);
    assertTrue(gauges.rebuilds() > 0, what);
    assertEquals(60 + 6, gauges.items(), what);
    // The test does not always know whether a user that was evicted between two calls had entered.
    assertTrue(gauges.users() + gauges.evictions() >= fewest, what);
    assertTrue(gauges.users() + gauges.evictions() <= most, what);
    assertTrue(most - fewest < most / 10, what);
  }

  /** A thread with its users. */
  private static final class Client implements Runnable {
    private final UserStates users;
    private final LiveModel live;
    private final String name;
    private final Random random;
    private final long first;
    private final float tolerance;
    private final int[] items = new int[EVENTS];
    private final Ranked ranked = new Ranked();
    private final Ranked expected = new Ranked();

    /** Of the thread that runs this client. */
    private UserScorer scorer;

    private Scorer plain;

    /** The histories that a user may have; that of a new user if there is none. */
    private final Map<Long, Set<History>> known = new HashMap<>();

    long forgotten;

    Client(LiveModel live, UserStates users, long seed, int thread, float tolerance) {
      this.live = live;
      this.users = users;
      this.scorer = users.newScorer();
      this.plain = live.newScorer();
      this.name = "seed " + seed + ", thread " + thread;
      this.random = new Random(seed + thread);
      this.first = (long) thread * USERS;
      this.tolerance = tolerance;
    }

    @Override
    public void run() {
      for (int request = 0; request < REQUESTS; request++) {
        // Some users come often and grow old, most are evicted before they come again.
        long user = first + random.nextInt(1 + random.nextInt(USERS));
        acquireBoth();
        try {
          for (int calls = random.nextInt(4); calls >= 0; calls--) {
            call(user, name + ", request " + request + ", user " + user);
          }
        } finally {
          plain.release();
          scorer.release();
        }
      }
    }

    /** Acquires the same version on both scorers. */
    private void acquireBoth() {
      while (!scorer.acquire().version().digest().equals(plain.acquire().version().digest())) {
        plain.release();
        scorer.release();
      }
    }

    private void call(long user, String which) {
      switch (random.nextInt(8)) {
        case 0 -> forget(user);
        case 1, 2 -> checkEvents(user, which);
        case 3, 4 -> checkAnswer(user, which);
        default -> {
          checkKept(user, which);
          record(user);
          checkKept(user, which);
          checkEvents(user, which);
        }
      }
    }

    private Set<History> histories(long user) {
      return known.getOrDefault(user, Set.of(new History(List.of(), 0)));
    }

    private void record(long user) {
      ItemKeys keys = scorer.itemKeys();
      int item = random.nextInt(keys.size());
      Object key = keys.kind() == Kind.LONG ? (Object) keys.longKey(item) : keys.text(item);
      scorer.record(user, item);
      known.put(
          user,
          orEvicted(histories(user)).stream()
              .map(history -> history.and(key))
              .collect(Collectors.toSet()));
    }

    private void forget(long user) {
      boolean was = users.forget(user);
      forgotten += was ? 1 : 0;
      known.put(
          user,
          histories(user).stream()
              .filter(history -> !was || !history.events.isEmpty())
              .map(History::forgotten)
              .collect(Collectors.toSet()));
      assertFalse(histories(user).isEmpty(), () -> "a user who was not there was forgotten");
    }

    private static Set<History> orEvicted(Set<History> histories) {
      Set<History> all = new HashSet<>(histories);
      histories.forEach(history -> all.add(history.forgotten()));
      return all;
    }

    /** Keeps the histories that agree with an answer; at least one must. */
    private void keep(long user, Predicate<History> agrees, String which) {
      Set<History> possible = orEvicted(histories(user));
      Set<History> left = possible.stream().filter(agrees).collect(Collectors.toSet());
      assertFalse(left.isEmpty(), () -> which + ": expected one of " + possible);
      known.put(user, left);
    }

    private void checkEvents(long user, String which) {
      int count = scorer.events(user, items);
      List<Integer> found = Arrays.stream(items, 0, count).boxed().toList();
      keep(
          user, history -> history.items(scorer.itemKeys()).equals(found), which + " has " + found);
    }

    /** Counts all events in the slot, also those whose items the version lacks. */
    private void checkKept(long user, String which) {
      int kept = 0;
      Stripe stripe = users.table().stripe(user);
      synchronized (stripe) {
        int slot = stripe.find(user);
        kept = slot == Stripe.NONE ? 0 : stripe.kept(slot);
      }
      int found = kept;
      keep(
          user,
          history -> Math.min(EVENTS, history.events.size()) == found,
          which + " has " + found + " events");
    }

    /**
     * A user of more events than are kept may have the state of all events, and so has more than
     * one possible answer.
     */
    private void checkAnswer(long user, String which) {
      if (histories(user).stream().anyMatch(history -> history.events.size() > EVENTS)) {
        forget(user);
        return;
      }
      int count = scorer.topK(user, TOP, ItemFilter.NONE, ranked);
      keep(user, history -> isAnswer(history, count), which + " got " + ranked);
    }

    private boolean isAnswer(History history, int count) {
      UserState state = plain.newState();
      history.items(scorer.itemKeys()).forEach(item -> plain.step(state, item));
      if (tolerance == 0) {
        plain.topK(state, TOP, ItemFilter.NONE, expected);
      }
      boolean same = count == TOP;
      for (int rank = 0; same && rank < TOP; rank++) {
        // Where sums differ a little, items may change places.
        same =
            tolerance == 0
                ? ranked.item(rank) == expected.item(rank)
                    && Float.floatToRawIntBits(ranked.score(rank))
                        == Float.floatToRawIntBits(expected.score(rank))
                : Math.abs(ranked.score(rank) - plain.score(state, ranked.item(rank))) <= tolerance;
      }
      return same;
    }

    /** Checks all users when no other thread is at work. */
    void checkAll() {
      scorer = users.newScorer();
      plain = live.newScorer();
      acquireBoth();
      for (long user = first; user < first + USERS; user++) {
        checkEvents(user, name + ", at the end, user " + user);
        checkAnswer(user, name + ", at the end, user " + user);
        checkKept(user, name + ", at the end, user " + user);
      }
      plain.release();
      scorer.release();
    }

    int present() {
      int present = 0;
      for (long user = first; user < first + USERS; user++) {
        present += users.contains(user) ? 1 : 0;
      }
      return present;
    }

    /** Counts how often users entered, by the fewest or the most entries of each. */
    long entries(IntBinaryOperator choice) {
      return known.values().stream()
          .mapToLong(
              histories ->
                  histories.stream().mapToInt(History::entries).reduce(choice).orElseThrow())
          .sum();
    }
  }
}
