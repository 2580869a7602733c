package org.staccato;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.export.MatrixTypes;
import org.staccato.format.DataType;
import org.staccato.model.Activation;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/**
 * Many users at a time give the results of single steps, bit for bit. Many steps at a time give
 * them except for rounding.
 */
class BatchScorerTest {
  private static final int ITEMS = 50;
  private static final int FEATURES = 7;
  private static final int CAPACITY = 33;

  /** Some hundred units in the last place of 1: sums of up to 50 products, over some steps. */
  private static final double BOUND = 1e-5;

  @TempDir Path folder;

  static Stream<Arguments> models() {
    MatrixTypes eight = new MatrixTypes(DataType.I8, DataType.I8, DataType.F32, false);
    return Stream.of(Cell.values())
        .flatMap(
            cell ->
                Stream.of(MatrixTypes.F32, MatrixTypes.BF16, eight)
                    .map(types -> Arguments.of(cell, types)));
  }

  private LiveModel ranking(Cell cell, MatrixTypes types) throws IOException {
    return LiveModel.open(
        RandomNetworks.write(
            folder.resolve("items.safetensors"),
            RandomNetworks.network(RandomSeed.random(1), cell, ITEMS, 5, 33, 17),
            types));
  }

  private LiveModel prediction(Cell cell, MatrixTypes types) throws IOException {
    return LiveModel.open(
        RandomNetworks.write(
            folder.resolve("features.safetensors"),
            RandomNetworks.prediction(
                RandomSeed.random(1), cell, Activation.LINEAR, FEATURES, 3, 33, 17),
            types));
  }

  private static UserState[] newStates(Scorer scorer, int count) {
    return Stream.generate(scorer::newState).limit(count).toArray(UserState[]::new);
  }

  private static void assertSame(UserState expected, UserState actual, String where) {
    assertEquals(ModelFiles.serialize(expected), ModelFiles.serialize(actual), where);
  }

  @ParameterizedTest
  @MethodSource("models")
  void usersWithItems(Cell cell, MatrixTypes types) throws IOException {
    try (LiveModel live = ranking(cell, types)) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(CAPACITY);
      for (int count : new int[] {1, 2, 3, 4, 5, 33}) {
        Random random = RandomSeed.random(count);
        UserState[] single = newStates(scorer, count);
        UserState[] together = newStates(scorer, count);
        for (int step = 0; step < 5; step++) {
          int[] events = RandomNetworks.sequence(random, ITEMS, count);
          for (int i = 0; i < count; i++) {
            if (random.nextBoolean()) {
              scorer.prepare(together[i]);
            }
            if (random.nextBoolean()) {
              int item = random.nextInt(ITEMS);
              scorer.step(single[i], item);
              scorer.step(together[i], item);
            }
            scorer.step(single[i], events[i]);
          }
          if (step == 3) {
            batch.prepare(together, count);
          }
          batch.step(together, events, count);
          for (int i = 0; i < count; i++) {
            String where = cell + ", " + types + ", user " + i + " of " + count + ", step " + step;
            assertFalse(together[i].isPrepared(), where);
            assertSame(single[i], together[i], where);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void usersWithFeatures(Cell cell, MatrixTypes types) throws IOException {
    try (LiveModel live = prediction(cell, types)) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(CAPACITY);
      for (int count : new int[] {33, 1, 2, 3, 4, 5}) {
        Random random = RandomSeed.random(count);
        UserState[] single = newStates(scorer, count);
        UserState[] together = newStates(scorer, count);
        for (int step = 0; step < 5; step++) {
          float[] vectors = RandomNetworks.floats(random, count * FEATURES, 1);
          for (int i = 0; i < count; i++) {
            scorer.step(single[i], Arrays.copyOfRange(vectors, i * FEATURES, (i + 1) * FEATURES));
          }
          if (step % 2 == 1) {
            batch.prepare(together, count);
            assertTrue(together[count - 1].isPrepared());
          }
          batch.step(together, vectors, count);
          for (int i = 0; i < count; i++) {
            String where = cell + ", " + types + ", user " + i + " of " + count + ", step " + step;
            assertSame(single[i], together[i], where);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aWindowIsItsStepsFromTheStart(Cell cell, MatrixTypes types) throws IOException {
    try (LiveModel live = prediction(cell, types)) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(CAPACITY);
      for (int steps : new int[] {33, 1, 2, 3, 4, 5, 32}) {
        Random random = RandomSeed.random(steps);
        float[] vectors = RandomNetworks.floats(random, steps * FEATURES, 1);
        UserState user = scorer.newState();
        for (int i = 0; i < steps; i++) {
          scorer.step(user, Arrays.copyOfRange(vectors, i * FEATURES, (i + 1) * FEATURES));
        }
        float[] expected = new float[3];
        float[] actual = new float[4];
        float[] again = new float[4];
        scorer.predict(user, expected);
        assertEquals(3, batch.predict(vectors, steps, actual));
        assertEquals(3, batch.predict(vectors, steps, again));
        String where = cell + ", " + types + ", " + steps + " steps";
        for (int i = 0; i < 3; i++) {
          assertEquals(expected[i], actual[i], BOUND, where);
        }
        assertArrayEquals(actual, again, where + ": nothing is left of the window before");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aSingleStepUsesWhatABatchPrepared(Cell cell, MatrixTypes types) throws IOException {
    try (LiveModel live = ranking(cell, types)) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(CAPACITY);
      UserState[] plain = newStates(scorer, 7);
      UserState[] prepared = newStates(scorer, 7);
      for (int step = 0; step < 5; step++) {
        scorer.prepare(prepared[step]);
        batch.prepare(prepared, 7);
        for (int i = 0; i < 7; i++) {
          String where = cell + ", " + types + ", user " + i + ", step " + step;
          assertTrue(prepared[i].isPrepared(), where);
          assertSame(plain[i], prepared[i], where);
          scorer.step(plain[i], 7 * step + i);
          scorer.step(prepared[i], 7 * step + i);
          assertSame(plain[i], prepared[i], where);
        }
      }
    }
  }

  @Test
  void statesOfAnyVersionAreReset() throws IOException {
    try (LiveModel live = ranking(Cell.GRU, MatrixTypes.F32);
        LiveModel other = LiveModel.open(ModelFiles.random(folder, 2, ITEMS, 5, 100))) {
      BatchScorer batch = other.newBatchScorer(4);
      UserState[] users = newStates(live.newScorer(), 4);
      live.newBatchScorer(4).step(users, new int[4], 4);
      assertThrows(StaleVersionException.class, () -> batch.step(users, new int[4], 4));
      for (UserState user : users) {
        batch.reset(user);
        assertSame(batch.newState(), user, "reset");
      }
      batch.step(users, new int[4], 4);
      assertRange(() -> batch.prepare(users, 0));
    }
  }

  /** Only the collector frees native memory, so no version may allocate any. */
  @Test
  void hundredsOfSwapsTakeNoFurtherMemory() throws IOException {
    Path small = ModelFiles.random(folder, Cell.GRU, 1, ITEMS, 5, 16);
    Path large = ModelFiles.random(folder, Cell.LSTM, 2, 3 * ITEMS, 9, 40, 70);
    try (LiveModel live = LiveModel.open(small)) {
      BatchScorer batch = live.newBatchScorer(256);
      UserState[] users = {batch.newState(), batch.newState()};
      Ranked[] ranked = {new Ranked(), new Ranked()};
      long most = 0;
      for (int swap = 0; swap < 400; swap++) {
        live.publish(swap % 2 == 0 ? large : small);
        batch.reset(users[0]);
        batch.reset(users[1]);
        batch.step(users, new int[] {swap % ITEMS, 3}, 2);
        batch.topK(users, 2, 3, ItemFilter.NONE, ranked);
        assertEquals(3, ranked[1].size());
        most = swap < 4 ? Math.max(most, nativeBytes()) : most;
        assertTrue(nativeBytes() <= most, "swap " + swap + ": " + nativeBytes() + ", " + most);
      }
    }
  }

  private static long nativeBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /**
   * The values that a larger version left behind the inputs and the hidden values change no bit.
   */
  @ParameterizedTest
  @EnumSource(Cell.class)
  void memoryOfALargerVersionIsTakenOver(Cell cell) throws IOException {
    Path odd = ModelFiles.prediction(folder, cell, Activation.LINEAR, 1, 5, 3, 17, 3);
    Path wide = ModelFiles.prediction(folder, cell, Activation.LINEAR, 2, 70, 9, 33);
    try (LiveModel live = LiveModel.open(odd);
        LiveModel fresh = LiveModel.open(odd)) {
      BatchScorer batch = live.newBatchScorer(CAPACITY);
      float[] vectors = RandomNetworks.floats(RandomSeed.random(1), CAPACITY * 70, 1);
      float[] outputs = new float[9];
      float[] expected = new float[9];
      live.publish(wide);
      batch.predict(vectors, CAPACITY, outputs);
      live.rollBack();
      batch.predict(vectors, 6, outputs);
      fresh.newBatchScorer(CAPACITY).predict(vectors, 6, expected);
      assertArrayEquals(Arrays.copyOf(expected, 3), Arrays.copyOf(outputs, 3));
    }
  }

  @Test
  void featuresAreCountedInLongs() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Features.require(new float[10], 1 << 16, (1 << 16) + 1));
    assertTrue(String.valueOf(e.getMessage()).contains("4295032832"), String.valueOf(e));
  }

  @Test
  void wrongArgumentsChangeNoState() throws IOException {
    try (LiveModel live = ranking(Cell.LSTM, MatrixTypes.F32);
        LiveModel stranger = LiveModel.open(ModelFiles.random(folder, 2, ITEMS, 5, 33, 17))) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(4);
      assertEquals(4, batch.capacity());
      UserState[] users = newStates(scorer, 5);
      for (UserState user : users) {
        scorer.step(user, 3);
        scorer.prepare(user);
      }
      ByteBuffer before = ModelFiles.serialize(users[0]);
      assertRange(() -> batch.step(users, new int[5], 0));
      assertRange(() -> batch.step(users, new int[5], -1));
      assertRange(() -> batch.step(users, new int[5], 5));
      assertRange(() -> batch.step(users, new int[3], 4));
      assertRange(() -> batch.step(new UserState[] {users[0]}, new int[4], 2));
      assertRange(() -> batch.step(users, new int[] {0, 1, ITEMS}, 3));
      assertRange(() -> batch.step(users, new int[] {0, -2}, 2));
      UserState[] mixed = {users[0], stranger.newScorer().newState()};
      Exception e =
          assertThrows(IllegalArgumentException.class, () -> batch.step(mixed, new int[2], 2));
      assertTrue(String.valueOf(e.getMessage()).contains("model version"), String.valueOf(e));
      for (UserState user : users) {
        assertTrue(user.isPrepared());
        assertEquals(before, ModelFiles.serialize(user));
      }
      assertThrows(IllegalArgumentException.class, () -> live.newBatchScorer(0));
    }
  }

  @Test
  void wrongWindowsAreRefused() throws IOException {
    try (LiveModel live = prediction(Cell.LSTM, MatrixTypes.F32)) {
      BatchScorer batch = live.newBatchScorer(4);
      float[] vectors = new float[5 * FEATURES];
      assertRange(() -> batch.predict(vectors, 0, new float[3]));
      assertRange(() -> batch.predict(vectors, -1, new float[3]));
      assertRange(() -> batch.predict(vectors, 5, new float[3]));
      assertThrows(IllegalArgumentException.class, () -> batch.predict(vectors, 4, new float[2]));
    }
  }

  private static void assertRange(Runnable call) {
    assertThrows(IndexOutOfBoundsException.class, call::run);
  }

  @Test
  void afterClosingEverythingIsAnExceptionAndNoCrash() throws IOException {
    LiveModel ranking = ranking(Cell.GRU, MatrixTypes.F32);
    BatchScorer items = ranking.newBatchScorer(4);
    UserState[] users = newStates(ranking.newScorer(), 4);
    ranking.close();
    assertThrows(IllegalStateException.class, () -> items.step(users, new int[4], 4));
    assertThrows(IllegalStateException.class, () -> ranking.newBatchScorer(4));
    LiveModel prediction = prediction(Cell.GRU, MatrixTypes.F32);
    BatchScorer windows = prediction.newBatchScorer(4);
    prediction.close();
    assertThrows(
        IllegalStateException.class,
        () -> windows.predict(new float[4 * FEATURES], 4, new float[3]));
  }
}
