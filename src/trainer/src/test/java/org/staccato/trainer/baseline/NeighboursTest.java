package org.staccato.trainer.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.Sequences;

class NeighboursTest {
  private static final double ROUNDING = 1e-6; // A few roundings of floats near 1.

  private static final Sequences TRAIN =
      Sequences.of(
          5, new int[] {0, 1}, new int[] {0, 1, 2, 1}, new int[] {0, 3}, new int[] {2, 3, 3});

  private static float[] scores(NextItemModel model, int... observed) {
    NextItemModel.Session session = model.newSession();
    for (int item : observed) {
      session.observe(item);
    }
    float[] scores = new float[model.items()];
    session.scores(scores);
    return scores;
  }

  @Test
  void itemsAreSimilarByTheSequencesTheyShare() {
    // Item 0 is in 3 sequences, each of 1, 2 and 3 in 2. With 0: item 1 in two, 2 and 3 in one.
    float[] scores = scores(new ItemKnn(TRAIN, 10, 1), 0);
    assertEquals(2 / Math.sqrt(3 * 2), scores[1], ROUNDING);
    assertEquals(1 / Math.sqrt(3 * 2), scores[2], ROUNDING);
    assertEquals(1 / Math.sqrt(3 * 2), scores[3], ROUNDING);
    assertTrue(scores[0] < 0 && scores[4] < scores[0]); // By popularity.
  }

  @Test
  void similaritiesOfDistinctItemsAddUp() {
    float[] scores = scores(new ItemKnn(TRAIN, 10, 3), 3, 0, 0);
    // To item 2: from 0 1/√6, from 3 1/√(2·2).
    assertEquals(1 / Math.sqrt(6) + 1 / 2.0, scores[2], ROUNDING);
    // The first event is beyond a history of two.
    assertEquals(1 / Math.sqrt(6), scores(new ItemKnn(TRAIN, 10, 2), 3, 0, 0)[2], ROUNDING);
  }

  @Test
  void onlyTheNearestItemsAreKept() {
    float[] scores = scores(new ItemKnn(TRAIN, 1, 1), 0);
    assertTrue(scores[1] > 0 && scores[2] < 0 && scores[3] < 0);
  }

  @Test
  void sessionsWeighBySimilarityAndByTheLatestMatch() {
    // Observed 0, then 2: n = u = 2, so item 2 weighs 2/2 and item 0 weighs 1/2.
    // Sessions: s0 {0,1} ½, s1 {0,1,2} 1½, s2 {0,3} ½, s3 {2,3} 1. Matches of s1 and s3 are at
    // place 1 (× 0.9), of s0 and s2 at place 2 (× 0.8).
    float[] scores = scores(new SessionKnn(TRAIN, new SessionKnn.Options(10, 10, 4)), 0, 2);
    // The sets hold 2 + 3 + 2 + 2 = 9 items; ln(9/2) for items 1 and 3, ln(9/3) for item 0.
    assertEquals((0.5 * 0.8 + 1.5 * 0.9) * Math.log(9 / 2.0), scores[1], 4 * ROUNDING);
    assertEquals((0.5 * 0.8 + 1 * 0.9) * Math.log(9 / 2.0), scores[3], 4 * ROUNDING);
    assertEquals(
        (0.5 + 0.5) * 0.8 * Math.log(3) + 1.5 * 0.9 * Math.log(3), scores[0], 4 * ROUNDING);
    assertTrue(scores[2] < 0); // The last item.
    assertTrue(scores[4] < 0);
  }

  @Test
  void onlyTheMostRecentSessionsAreCompared() {
    // The two most recent that hold 0 or 2 are s2 and s3, neither of which holds 1.
    float[] scores = scores(new SessionKnn(TRAIN, new SessionKnn.Options(2, 10, 4)), 0, 2);
    assertTrue(scores[1] < 0 && scores[3] > 0);
    // The nearest of all is s1, which does not hold 3.
    scores = scores(new SessionKnn(TRAIN, new SessionKnn.Options(10, 1, 4)), 0, 2);
    assertTrue(scores[1] > 0 && scores[3] < 0);
  }

  @Test
  void aRepeatedItemCountsAtItsLatestPlace() {
    // Observed 0, 2, 0: n = 3, u = 2; item 0 weighs 3/2, item 2 weighs 2/2. The one neighbour is s1
    // with 2½ at place 1.
    float[] scores = scores(new SessionKnn(TRAIN, new SessionKnn.Options(10, 1, 4)), 0, 2, 0);
    assertEquals(2.5 * 0.9 * Math.log(9 / 2.0), scores[1], 4 * ROUNDING);
  }

  @Test
  void withoutEventsAndAfterAResetPopularityRanks() {
    SessionKnn model = new SessionKnn(TRAIN, SessionKnn.Options.usual());
    NextItemModel.Session session = model.newSession();
    session.observe(0);
    session.reset();
    float[] scores = new float[5];
    session.scores(scores);
    for (int item = 0; item < 5; item++) {
      assertEquals(scores(model)[item], scores[item]);
      assertTrue(scores[item] < 0);
    }
    assertTrue(scores(model, 4)[0] < 0); // No training sequence holds item 4.
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ItemKnn(TRAIN, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new ItemKnn(TRAIN, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new SessionKnn.Options(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new SessionKnn.Options(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new SessionKnn.Options(1, 1, 10));
  }

  @Test
  void biasesShrinkTowardsTheMean() {
    // Mean 3. One round with penalty 1: item 0 has residuals 1 and 1, 2/(1 + 2); item 1 has −2,
    // −2/(1 + 1). Then user 0: 4 − 3 − 2/3 = 1/3 and 1 − 3 + 1 = −1, together −2/3, over 1 + 2.
    BiasBaseline biases =
        new BiasBaseline(
            new int[] {0, 1, 0},
            new int[] {0, 0, 1},
            new float[] {4, 4, 1},
            new BiasBaseline.Options(1, 1, 1));
    assertEquals(3 + 2 / 3.0 - 2 / 9.0, biases.predict(0, 0), 1e-12);
    assertEquals(3 - 1 - 2 / 9.0, biases.predict(0, 1), 1e-12);
    assertEquals(3 + 2 / 3.0 + (1 / 3.0) / 2, biases.predict(1, 0), 1e-12);
    assertEquals(3, biases.predict(7, 9), 1e-12); // Unknown to it.
  }

  @Test
  void ratesShrinkTowardsTheShareOfAll() {
    // Share 2/4; item 0 has 2 of 3 clicks, item 1 none of 1.
    int[] items = {0, 0, 0, 1};
    boolean[] clicked = {true, true, false, false};
    RateBaseline rates = new RateBaseline(items, clicked, 2);
    assertEquals((2 + 2 * 0.5) / (3 + 2), rates.predict(0), 1e-12);
    assertEquals((0 + 2 * 0.5) / (1 + 2), rates.predict(1), 1e-12);
    assertEquals(0.5, rates.predict(2), 1e-12);
    assertEquals(2 / 3.0, new RateBaseline(items, clicked, 0).predict(0), 1e-12);
  }

  @Test
  void dataThatDoNotFitAreRefused() {
    BiasBaseline.Options usual = BiasBaseline.Options.usual();
    assertThrows(
        IllegalArgumentException.class,
        () -> new BiasBaseline(new int[0], new int[0], new float[0], usual));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BiasBaseline(new int[1], new int[2], new float[2], usual));
    assertThrows(IllegalArgumentException.class, () -> new BiasBaseline.Options(-1, 0, 1));
    assertThrows(
        IllegalArgumentException.class, () -> new RateBaseline(new int[1], new boolean[2], 1));
    assertThrows(
        IllegalArgumentException.class, () -> new RateBaseline(new int[1], new boolean[1], -1));
  }
}
