package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.staccato.testkit.RandomSeed;

/** Samples without repetition. */
class UniformSampleTest {
  private final int seed = (int) RandomSeed.fresh();

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 100", "64, 64", "65, 65", "7, 8", "1000, 100003"})
  void aSampleHasDistinctNumbersInTheRange(int count, int end) {
    UniformSample sample = new UniformSample(count, end);
    for (int draw = 0; draw < 5; draw++) {
      int[] drawn = sample.draw(seed + draw).clone();
      assertEquals(count, Arrays.stream(drawn).filter(n -> n >= 0 && n < end).distinct().count());
      assertArrayEquals(drawn, sample.draw(seed + draw), "the same seed");
    }
  }

  @Test
  void allNumbersAreDrawnWhereAllAreWanted() {
    int[] drawn = new UniformSample(97, 97).draw(seed).clone();
    Arrays.sort(drawn);
    assertArrayEquals(IntStream.range(0, 97).toArray(), drawn);
  }

  @Test
  void everyNumberIsAsLikelyAsAnother() {
    UniformSample sample = new UniformSample(3, 10);
    int[] counts = new int[10];
    int draws = 20_000;
    for (int draw = 0; draw < draws; draw++) {
      for (int number : sample.draw(seed + draw)) {
        counts[number]++;
      }
    }
    // Six standard deviations of a binomial number.
    double deviation = Math.sqrt(draws * 0.3 * 0.7);
    for (int count : counts) {
      assertEquals(0.3 * draws, count, 6 * deviation, "seed " + seed);
    }
  }
}
