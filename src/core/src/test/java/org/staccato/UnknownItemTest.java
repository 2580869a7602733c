package org.staccato;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.ItemKeys;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;

/** A key that no item has gives {@link ItemKeys#UNKNOWN}, which every method for items accepts. */
class UnknownItemTest {
  private static final int ITEMS = 70;

  @TempDir Path folder;
  private LiveModel live;
  private Scorer scorer;
  private UserState user;

  @BeforeEach
  void open() throws IOException {
    live = LiveModel.open(ModelFiles.random(folder, Cell.LSTM, 1, ITEMS, 8, 17, 9));
    scorer = live.newScorer();
    user = scorer.newState();
    assertTrue(scorer.step(user, 3));
  }

  @AfterEach
  void close() {
    live.close();
  }

  @Test
  void aLookUpOfANewProductIsAStepThatChangesNothing() {
    ByteBuffer before = ModelFiles.serialize(user);
    int item = live.itemKeys().indexOf(99);
    assertEquals(ItemKeys.UNKNOWN, item);
    assertFalse(scorer.step(user, item));
    assertEquals(before, ModelFiles.serialize(user));
  }

  @Test
  void preparedSumsAreKept() {
    scorer.prepare(user);
    assertFalse(scorer.step(user, ItemKeys.UNKNOWN));
    assertTrue(user.isPrepared());
    UserState plain = scorer.newState();
    scorer.step(plain, 3);
    scorer.step(plain, 5);
    assertTrue(scorer.step(user, 5));
    assertEquals(ModelFiles.serialize(plain), ModelFiles.serialize(user));
  }

  @Test
  void hasTheLowestScore() {
    assertEquals(Float.NEGATIVE_INFINITY, scorer.score(user, ItemKeys.UNKNOWN));
    float[] scores = new float[3];
    scorer.score(user, new int[] {5, ItemKeys.UNKNOWN, 6}, 3, scores);
    assertArrayEquals(
        new float[] {scorer.score(user, 5), Float.NEGATIVE_INFINITY, scorer.score(user, 6)},
        scores);
  }

  @Test
  void inABatchOnlyTheOthersMove() {
    for (int unknown = 0; unknown < 1 << 5; unknown++) {
      UserState[] users = new UserState[5];
      ByteBuffer[] expected = new ByteBuffer[5];
      int[] events = new int[5];
      for (int i = 0; i < 5; i++) {
        users[i] = scorer.newState();
        scorer.step(users[i], 10 + i);
        if (i % 2 == 0) {
          scorer.prepare(users[i]);
        }
        UserState alone = scorer.newState();
        alone.copyFrom(users[i]);
        events[i] = (unknown >> i & 1) == 1 ? ItemKeys.UNKNOWN : 20 + i;
        scorer.step(alone, events[i]);
        expected[i] = ModelFiles.serialize(alone);
      }
      BatchScorer batch = live.newBatchScorer(5);
      assertEquals(5 - Integer.bitCount(unknown), batch.step(users, events, 5));
      float[] scores = new float[5];
      batch.score(users, events, 5, scores);
      for (int i = 0; i < 5; i++) {
        assertEquals(expected[i], ModelFiles.serialize(users[i]), unknown + ", user " + i);
        assertEquals(scorer.score(users[i], events[i]), scores[i], unknown + ", user " + i);
      }
      batch.close();
    }
  }

  @Test
  void isInNoSet() {
    for (ItemSet set :
        new ItemSet[] {new ItemSet(live.version()), ItemSet.of(live.version(), new int[0], 0)}) {
      set.add(ItemKeys.UNKNOWN);
      assertEquals(0, set.size());
      set.set(new int[] {66, ItemKeys.UNKNOWN, 2, ItemKeys.UNKNOWN, 2}, 5);
      assertArrayEquals(
          new int[] {2, 66}, IntStream.range(0, ITEMS).filter(set::contains).toArray());
      set.remove(ItemKeys.UNKNOWN);
      assertEquals(2, set.size());
      assertFalse(set.contains(ItemKeys.UNKNOWN));
    }
  }

  @Test
  void anIndexThatIsNoneIsStillAMistake() {
    ByteBuffer before = ModelFiles.serialize(user);
    UserState[] users = {user, scorer.newState()};
    BatchScorer batch = live.newBatchScorer(2);
    for (int item : new int[] {-2, ITEMS, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      String expected = "item: found " + item + ", expected 0 to 69";
      assertMistake(expected, () -> scorer.step(user, item));
      assertMistake(expected, () -> scorer.score(user, item));
      assertMistake(expected, () -> scorer.score(user, new int[] {item}, 1, new float[1]));
      assertMistake(expected, () -> batch.step(users, new int[] {1, item}, 2));
      assertMistake(expected, () -> batch.score(users, new int[] {1, item}, 2, new float[2]));
      assertMistake(expected, () -> new ItemSet(live.version()).add(item));
      assertMistake(expected, () -> live.itemKeys().text(item));
    }
    assertMistake("item: found -1, expected 0 to 69", () -> live.itemKeys().longKey(-1));
    assertMistake("rank: found 0, expected none, since there are none", () -> new Ranked().item(0));
    assertMistake(
        "candidates: found 3 elements from 0, expected them within the length of the array, 2",
        () -> scorer.score(user, new int[2], 3, new float[5]));
    assertEquals(before, ModelFiles.serialize(user));
  }

  private static void assertMistake(String message, Runnable call) {
    assertEquals(message, assertThrows(IndexOutOfBoundsException.class, call::run).getMessage());
  }

  @Test
  void aModelOfFeaturesHasNoItems() throws IOException {
    Path path =
        ModelFiles.prediction(folder, Cell.GRU, org.staccato.model.Activation.LINEAR, 2, 3, 1, 9);
    try (LiveModel prediction = LiveModel.open(path)) {
      Scorer other = prediction.newScorer();
      assertThrows(
          IllegalStateException.class, () -> other.step(other.newState(), ItemKeys.UNKNOWN));
    }
  }

  @Test
  void copiesOfALongHistoryWithNewProductsEqualTheHistoryWithoutThem() {
    int[] history = {4, -1, 5, -1, -1, 6, 7, -1};
    UserState all = scorer.newState();
    UserState known = scorer.newState();
    for (int item : history) {
      scorer.step(all, item);
    }
    Arrays.stream(history).filter(item -> item >= 0).forEach(item -> scorer.step(known, item));
    assertEquals(ModelFiles.serialize(known), ModelFiles.serialize(all));
  }
}
