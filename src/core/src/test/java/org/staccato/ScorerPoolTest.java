package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.ModelFiles;

/** Scorers that threads pass on to each other. */
@Timeout(120)
class ScorerPoolTest {
  @TempDir static Path folder;
  private LiveModel live;

  @BeforeEach
  void open() throws IOException {
    live = LiveModel.open(ModelFiles.random(folder, 1, 50, 4, 17), OpenOptions.COPY);
  }

  @AfterEach
  void close() {
    live.close();
  }

  @Test
  void anIdleScorerIsLentAgain() {
    try (ScorerPool<Scorer> pool = new ScorerPool<>(3, live::newScorer)) {
      Scorer scorer = pool.borrow();
      pool.giveBack(scorer);
      assertSame(scorer, pool.borrow());
      assertEquals(3, pool.capacity());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 16})
  void asManyAreMadeAsAreInUseAndAsManyAreKeptAsThePoolWasMadeFor(int capacity) {
    try (ScorerPool<Scorer> pool = new ScorerPool<>(capacity, live::newScorer)) {
      List<Scorer> lent = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        lent.add(pool.borrow());
      }
      assertEquals(20, lent.stream().distinct().count());
      assertEquals(20, live.gauges().readers());
      lent.forEach(pool::giveBack);
      assertEquals(capacity, live.gauges().readers());
    }
    assertEquals(0, live.gauges().readers());
  }

  @Test
  void aVersionThatIsHeldIsReleased() {
    try (ScorerPool<Scorer> pool = new ScorerPool<>(1, live::newScorer)) {
      Scorer scorer = pool.borrow();
      scorer.acquire();
      pool.giveBack(scorer);
      assertFalse(pool.borrow().isAcquired());
    }
  }

  @Test
  void whatIsGivenBackTwiceIsNoticed() {
    try (ScorerPool<Scorer> pool = new ScorerPool<>(4, live::newScorer)) {
      Scorer scorer = pool.borrow();
      pool.giveBack(scorer);
      assertThrows(AssertionError.class, () -> pool.giveBack(scorer));
    }
  }

  @Test
  void afterTheCloseNothingIsLentAndWhatIsGivenBackIsClosed() {
    ScorerPool<Scorer> pool = new ScorerPool<>(4, live::newScorer);
    Scorer lent = pool.borrow();
    Scorer idle = pool.borrow();
    pool.giveBack(idle);
    pool.close();
    pool.close();
    assertEquals(1, live.gauges().readers());
    assertThrows(IllegalStateException.class, pool::borrow);
    lent.newState();
    pool.giveBack(lent);
    assertEquals(0, live.gauges().readers());
  }

  @Test
  void aCapacityBelowOneIsRefused() {
    for (int capacity : new int[] {0, -1, Integer.MAX_VALUE}) {
      assertThrows(
          IllegalArgumentException.class, () -> new ScorerPool<>(capacity, live::newScorer));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noTwoThreadsEverUseOneScorer(boolean virtual) throws Exception {
    Path other = ModelFiles.random(folder, 2, 50, 4, 17);
    Path first = live.version().path();
    ConcurrentHashMap<Scorer, AtomicInteger> users = new ConcurrentHashMap<>();
    List<String> problems = Collections.synchronizedList(new ArrayList<>());
    try (ScorerPool<Scorer> pool = new ScorerPool<>(3, live::newScorer);
        ExecutorService threads =
            virtual
                ? Executors.newVirtualThreadPerTaskExecutor()
                : Executors.newFixedThreadPool(8)) {
      List<Future<?>> requests = new ArrayList<>();
      for (int request = 0; request < 4000; request++) {
        int item = request % 50;
        requests.add(
            threads.submit(
                () -> {
                  Scorer scorer = pool.borrow();
                  AtomicInteger count = users.computeIfAbsent(scorer, key -> new AtomicInteger());
                  if (count.incrementAndGet() != 1) {
                    problems.add("two threads");
                  }
                  scorer.acquire();
                  UserState user = scorer.newState();
                  scorer.step(user, item);
                  LockSupport.parkNanos(1);
                  float again = scorer.score(user, item);
                  if (again != scorer.score(user, item)) {
                    problems.add("two scores");
                  }
                  count.decrementAndGet();
                  pool.giveBack(scorer);
                }));
        if (request % 100 == 0) {
          live.publish(request % 200 == 0 ? other : first);
        }
      }
      for (Future<?> request : requests) {
        request.get();
      }
    }
    assertEquals(List.of(), problems);
    assertTrue(live.gauges().readers() == 0);
  }
}
