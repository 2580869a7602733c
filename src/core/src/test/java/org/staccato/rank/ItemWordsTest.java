package org.staccato.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.RandomSeed;

/** The words of a set, beside those of a {@link BitSet}; {@code ItemSetTest} has the rest. */
class ItemWordsTest {
  private static final int[] SIZES = {1, 15, 16, 17, 63, 64, 65, 1021, 5003};

  private static ItemWords[] emptySets(int items) {
    ItemWords dense = ItemWords.dense(items);
    ItemWords sparse = ItemWords.sparse(items);
    return new ItemWords[] {dense, sparse, dense.emptyFor(items), sparse.emptyFor(items)};
  }

  @Test
  void theNextItemIsThatOfABitSet() {
    for (int items : SIZES) {
      long seed = RandomSeed.of(items);
      Random random = new Random(seed);
      for (ItemWords words : emptySets(items)) {
        BitSet expected = new BitSet();
        for (int count : new int[] {0, 1, 20, 300}) {
          random.ints(count, 0, items).forEach(expected::set);
          expected.stream().forEach(words::add);
          // Words without an item stay behind, and are passed over.
          random.ints(count / 2, 0, items).peek(words::remove).forEach(expected::clear);
          for (int from = 0; from <= items; from++) {
            assertEquals(
                expected.nextSetBit(from), words.next(from), "seed " + seed + ", from " + from);
          }
        }
      }
    }
  }

  @Test
  void eachBlockHasTheWordOfItsItems() {
    for (int items : SIZES) {
      long seed = RandomSeed.of(items);
      Random random = new Random(seed);
      for (ItemWords words : emptySets(items)) {
        int[] list = random.ints(items / 3 + 1, 0, items).toArray();
        BitSet expected = new BitSet();
        for (int item : list) {
          expected.set(item);
        }
        words.set(list, list.length);
        long[] all = Arrays.copyOf(expected.toLongArray(), Math.ceilDiv(items, 64));
        for (int block = 0; block < all.length; block++) {
          assertEquals(all[block], words.word(block), "seed " + seed + ", block " + block);
        }
      }
    }
  }
}
