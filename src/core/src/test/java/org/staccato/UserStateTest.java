package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.testkit.ModelFiles;

/** States name their model version, and serialisation preserves them. */
class UserStateTest {
  @TempDir Path folder;

  private static ByteBuffer serialize(UserState user) {
    ByteBuffer buffer = ByteBuffer.allocate(user.serializedSize());
    user.writeTo(buffer);
    assertEquals(0, buffer.remaining());
    return buffer.flip();
  }

  @Test
  void roundTripsThroughBytes() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17, 5))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 3);
      scorer.step(user, 29);
      assertEquals(32 + 2 * (17 + 5) * Float.BYTES, user.serializedSize());
      UserState other = scorer.newState();
      other.readFrom(serialize(user));
      scorer.step(user, 4);
      scorer.step(other, 4);
      assertEquals(serialize(user), serialize(other));
      assertEquals(scorer.score(user, 9), scorer.score(other, 9));
    }
  }

  @Test
  void survivesReopeningTheSameVersion() throws IOException {
    Path path = ModelFiles.random(folder, 1, 30, 4, 17);
    UserState user;
    float score;
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      user = scorer.newState();
      scorer.step(user, 3);
      score = scorer.score(user, 5);
    }
    try (LiveModel live = LiveModel.open(path)) {
      assertEquals(live.version().digest(), user.digest());
      assertEquals(score, live.newScorer().score(user, 5));
    }
  }

  @Test
  void anotherVersionRefusesIt() throws IOException {
    try (LiveModel one = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17));
        LiveModel two = LiveModel.open(ModelFiles.random(folder, 2, 30, 4, 17))) {
      UserState user = one.newScorer().newState();
      Scorer scorer = two.newScorer();
      UserState own = scorer.newState();
      Ranked ranked = new Ranked();
      assertRefused(() -> scorer.step(user, 1));
      assertRefused(() -> scorer.score(user, 1));
      assertRefused(() -> scorer.score(user, new int[1], 1, new float[1]));
      assertRefused(() -> scorer.scores(user, new float[30]));
      assertRefused(() -> scorer.topK(user, 1, ranked));
      assertRefused(() -> own.copyFrom(user));
      assertRefused(() -> own.readFrom(serialize(user)));
    }
  }

  @Test
  void resetMakesItTheStateOfANewUserOfTheVersionThatAnswers() throws IOException {
    try (LiveModel small = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17));
        LiveModel large = LiveModel.open(ModelFiles.random(folder, 2, 20, 4, 33, 40))) {
      Scorer smallScorer = small.newScorer();
      Scorer largeScorer = large.newScorer();
      UserState user = smallScorer.newState();
      for (int round = 0; round < 3; round++) {
        largeScorer.reset(user);
        assertEquals(large.version().digest(), user.digest());
        assertSameScore(largeScorer, user, largeScorer.newState());
        largeScorer.prepare(user);
        smallScorer.reset(user);
        assertEquals(small.version().digest(), user.digest());
        assertFalse(user.isPrepared());
        assertSameScore(smallScorer, user, smallScorer.newState());
        smallScorer.prepare(user);
      }
    }
  }

  @Test
  void copiesLeaveOutWhatALargerVersionLeftInTheMemory() throws IOException {
    try (LiveModel small = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17));
        LiveModel large = LiveModel.open(ModelFiles.random(folder, 2, 20, 4, 33, 40))) {
      Scorer scorer = small.newScorer();
      UserState wide = large.newScorer().newState();
      scorer.reset(wide);
      UserState narrow = scorer.newState();
      scorer.step(wide, 7);
      for (boolean prepared : new boolean[] {false, true}) {
        if (prepared) {
          scorer.prepare(wide);
        }
        narrow.copyFrom(wide);
        assertEquals(prepared, narrow.isPrepared());
        assertEquals(serialize(wide), serialize(narrow));
        assertSameScore(scorer, narrow, wide);
        wide.copyFrom(narrow);
        assertEquals(serialize(narrow), serialize(wide));
      }
    }
  }

  private static void assertSameScore(Scorer scorer, UserState user, UserState fresh) {
    scorer.step(user, 3);
    scorer.step(fresh, 3);
    assertEquals(scorer.score(fresh, 5), scorer.score(user, 5));
  }

  private static void assertRefused(Runnable call) {
    Exception e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(String.valueOf(e.getMessage()).contains("model version"), String.valueOf(e));
  }

  @Test
  void damagedBytesChangeNothing() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 3);
      ByteBuffer bytes = serialize(user);
      for (int length = 0; length < bytes.limit(); length++) {
        ByteBuffer cut = bytes.slice(0, length);
        assertThrows(IllegalArgumentException.class, () -> user.readFrom(cut));
        ByteBuffer small = ByteBuffer.allocate(length);
        assertThrows(BufferOverflowException.class, () -> user.writeTo(small));
      }
      ByteBuffer infinite = serialize(user);
      infinite.put(32 + 4 * 20 + 2, (byte) 0x80).put(32 + 4 * 20 + 3, (byte) 0x7f);
      assertThrows(IllegalArgumentException.class, () -> user.readFrom(infinite));
      assertEquals(bytes, serialize(user));
    }
  }

  /** c may be any finite number; h is what a σ times a tanh is. */
  @Test
  void hiddenValuesBeyondOneAreRefused() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17, 5))) {
      UserState user = live.newScorer().newState();
      int cells = 32;
      int hidden = cells + 17 * Float.BYTES;
      int upperCells = hidden + 17 * Float.BYTES;
      int upperHidden = upperCells + 5 * Float.BYTES;
      for (float accepted : new float[] {1, -1, 0.5f, -0f}) {
        user.readFrom(changed(user, hidden, accepted));
        assertEquals(accepted, user.hidden(0, 0));
        user.readFrom(changed(user, upperHidden + 4 * Float.BYTES, accepted));
        assertEquals(accepted, user.hidden(1, 4));
      }
      ByteBuffer before = serialize(user);
      for (float refused : new float[] {Math.nextUp(1f), -Math.nextUp(1f), 1e30f, Float.NaN}) {
        for (int position : new int[] {hidden, hidden + 64, upperHidden, upperHidden + 16}) {
          ByteBuffer bytes = changed(user, position, refused);
          Exception e = assertThrows(IllegalArgumentException.class, () -> user.readFrom(bytes));
          assertEquals(
              "user state: found %s at byte %d, expected h from -1.0 to 1.0"
                  .formatted(refused, position),
              e.getMessage());
          assertEquals(before, serialize(user));
        }
      }
      user.readFrom(changed(user, cells, 1e30f));
      user.readFrom(changed(user, upperCells + 4 * Float.BYTES, -1e30f));
      assertEquals(-1e30f, user.cell(1, 4));
    }
  }

  private static ByteBuffer changed(UserState user, int position, float value) {
    ByteBuffer bytes = serialize(user);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putFloat(position, value);
    return bytes;
  }

  @Test
  void showsItsLayers() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17, 5))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      assertEquals(0, user.cell(1, 4));
      scorer.step(user, 3);
      assertTrue(Math.abs(user.hidden(1, 4)) < Math.abs(user.cell(1, 4)));
      assertThrows(IndexOutOfBoundsException.class, () -> user.hidden(1, 5));
      assertThrows(IndexOutOfBoundsException.class, () -> user.cell(2, 0));
      user.reset();
      assertEquals(0, user.hidden(0, 16));
    }
  }
}
