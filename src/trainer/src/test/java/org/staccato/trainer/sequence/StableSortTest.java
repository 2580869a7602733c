package org.staccato.trainer.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.testkit.RandomSeed;

class StableSortTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 15, 16, 17, 31, 97, 1009})
  void agreesWithTheStableSortOfTheJdk(int length) {
    long seed = RandomSeed.of(length);
    Random random = new Random(seed);
    for (int distinct : new int[] {1, 3, 1000}) {
      long[] keys = random.longs(length, 0, distinct).toArray();
      int[] indices = IntStream.range(0, length).toArray();
      StableSort.sort(indices, 0, length, keys, new int[length]);
      int[] expected =
          IntStream.range(0, length)
              .boxed()
              .sorted(Comparator.comparingLong(i -> keys[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      assertArrayEquals(expected, indices, "seed " + seed);
    }
  }
}
