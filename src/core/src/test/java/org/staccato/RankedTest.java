package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The heap behind a ranking, driven as a scorer drives it. */
class RankedTest {

  private static void offerAll(Ranked ranked, int k, float... scores) {
    ranked.start(k);
    for (int item = 0; item < scores.length; item++) {
      if (scores[item] > ranked.threshold()) {
        ranked.offer(item, scores[item]);
      }
    }
    ranked.finish();
  }

  @Test
  void keepsTheBestInOrder() {
    Random random = new Random(11);
    Ranked ranked = new Ranked(2);
    for (int trial = 0; trial < 2000; trial++) {
      float[] scores = new float[1 + random.nextInt(40)];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(9) - 4;
      }
      int k = 1 + random.nextInt(12);
      offerAll(ranked, k, scores);
      int[] expected =
          IntStream.range(0, scores.length)
              .boxed()
              .sorted((a, b) -> Float.compare(scores[b], scores[a]))
              .limit(k)
              .mapToInt(item -> item)
              .toArray();
      assertEquals(expected.length, ranked.size());
      for (int rank = 0; rank < expected.length; rank++) {
        assertEquals(expected[rank], ranked.item(rank), "seed 11, trial " + trial);
        assertEquals(scores[expected[rank]], ranked.score(rank));
      }
    }
  }

  @Test
  void infinitelyBadAndNaNDoNotEnter() {
    Ranked ranked = new Ranked();
    offerAll(ranked, 5, Float.NaN, Float.NEGATIVE_INFINITY, 1, Float.NaN, Float.POSITIVE_INFINITY);
    assertEquals("Ranked[items=[4, 2], scores=[Infinity, 1.0]]", ranked.toString());
  }

  @Test
  void startsEmptyAndRefusesANegativeCapacity() {
    assertEquals(0, new Ranked().size());
    assertThrows(IllegalArgumentException.class, () -> new Ranked(-1));
  }
}
