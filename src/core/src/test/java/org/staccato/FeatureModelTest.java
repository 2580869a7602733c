package org.staccato;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.model.Activation;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;

/** Models that predict from feature vectors, and the calls that they and ranking models reject. */
class FeatureModelTest {
  private static final float[] VECTOR = {0.5f, -1, 2, 0.25f, 1e30f};

  @TempDir Path folder;

  private LiveModel prediction(Cell cell, Activation activation, int outputs) throws IOException {
    return LiveModel.open(
        ModelFiles.prediction(folder, cell, activation, 1, VECTOR.length, outputs, 17, 9));
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void stepsAndPredicts(Cell cell) throws IOException {
    try (LiveModel live = prediction(cell, Activation.SOFTMAX, 4)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      float[] first = new float[5];
      float[] second = new float[4];
      assertEquals(4, scorer.predict(user, first));
      scorer.step(user, VECTOR);
      assertEquals(4, scorer.predict(user, second));
      assertTrue(first[0] != second[0], "a step changes the prediction");
      assertEquals(1, (double) second[0] + second[1] + second[2] + second[3], 1e-6);
      assertEquals(0, first[4], "nothing beyond the outputs is touched");
      scorer.reset(user);
      scorer.predict(user, second);
      for (int i = 0; i < 4; i++) {
        assertEquals(first[i], second[i]);
      }
      assertEquals(VECTOR.length, live.version().specification().featureInput().width());
    }
  }

  @Test
  void aGruHasNoCells() throws IOException {
    try (LiveModel live = prediction(Cell.GRU, Activation.LINEAR, 1)) {
      UserState user = live.newScorer().newState();
      assertThrows(IllegalStateException.class, () -> user.cell(0, 0));
      assertEquals(0, user.hidden(0, 16));
      assertEquals(32 + (17 + 9) * Float.BYTES, user.serializedSize());
    }
  }

  @Test
  void moreFeaturesThanNeededAreIgnored() throws IOException {
    try (LiveModel live = prediction(Cell.LSTM, Activation.LINEAR, 3)) {
      Scorer scorer = live.newScorer();
      UserState one = scorer.newState();
      UserState two = scorer.newState();
      float[] longer = {0.5f, -1, 2, 0.25f, 1e30f, Float.NaN};
      scorer.step(one, VECTOR);
      scorer.step(two, longer);
      assertEquals(ModelFiles.serialize(one), ModelFiles.serialize(two));
    }
  }

  @Test
  void wrongFeaturesAreASentenceAndChangeNothing() throws IOException {
    try (LiveModel live = prediction(Cell.LSTM, Activation.LINEAR, 3)) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(4);
      UserState user = scorer.newState();
      scorer.step(user, VECTOR);
      scorer.prepare(user);
      ByteBuffer before = ModelFiles.serialize(user);
      UserState[] users = {user};
      float[] outputs = new float[3];
      assertSentence(() -> scorer.step(user, new float[0]));
      assertSentence(() -> scorer.step(user, new float[4]));
      assertSentence(() -> batch.step(users, new float[4], 1));
      assertSentence(() -> batch.predict(new float[9], 2, outputs));
      for (int i = 0; i < VECTOR.length; i++) {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1 / 0f}) {
          float[] vector = VECTOR.clone();
          vector[i] = bad;
          assertSentence(() -> scorer.step(user, vector));
          assertSentence(() -> batch.step(users, vector, 1));
          assertSentence(() -> batch.predict(vector, 1, outputs));
        }
      }
      assertSentence(() -> scorer.predict(user, new float[2]));
      assertEquals(before, ModelFiles.serialize(user));
      assertTrue(user.isPrepared());
      assertArrayEquals(new float[3], outputs);
    }
  }

  private static void assertSentence(Runnable call) {
    Exception e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(String.valueOf(e.getMessage()).contains(": found "), String.valueOf(e));
    assertTrue(String.valueOf(e.getMessage()).contains("expected "), String.valueOf(e));
  }

  private static void assertWrongKind(Runnable call) {
    Exception e = assertThrows(IllegalStateException.class, call::run);
    assertTrue(String.valueOf(e.getMessage()).startsWith("the model "), String.valueOf(e));
  }

  @Test
  void aModelThatPredictsRanksNothing() throws IOException {
    try (LiveModel live = prediction(Cell.LSTM, Activation.LINEAR, 3)) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(4);
      UserState user = scorer.newState();
      Ranked ranked = new Ranked();
      assertWrongKind(() -> scorer.step(user, 0));
      assertWrongKind(() -> scorer.topK(user, 1, ranked));
      assertWrongKind(() -> scorer.score(user, 0));
      assertWrongKind(() -> scorer.score(user, new int[1], 1, new float[1]));
      assertWrongKind(() -> scorer.scores(user, new float[3]));
      assertWrongKind(() -> batch.step(new UserState[] {user}, new int[1], 1));
      assertWrongKind(live::itemKeys);
      assertWrongKind(() -> live.popularity(0));
    }
  }

  @Test
  void aModelThatRanksPredictsNothing() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 30, 4, 17))) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(4);
      UserState user = scorer.newState();
      assertWrongKind(() -> scorer.step(user, new float[4]));
      assertWrongKind(() -> scorer.predict(user, new float[30]));
      assertWrongKind(() -> batch.step(new UserState[] {user}, new float[4], 1));
      assertWrongKind(() -> batch.predict(new float[4], 1, new float[30]));
    }
  }
}
