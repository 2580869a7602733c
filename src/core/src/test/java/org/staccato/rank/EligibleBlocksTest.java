package org.staccato.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.RandomSeed;

/** The eligible items and the walk over their blocks, beside a {@link BitSet}. */
class EligibleBlocksTest {
  private static final int[] SIZES = {1, 15, 63, 64, 65, 127, 128, 1021, 5003};
  private static final int TRIALS = 200;

  private final EligibleItems eligible = new EligibleItems();
  private final EligibleBlocks walk = new EligibleBlocks();

  /** Draws a set of a few items, of half of them, or of nearly all; or none. */
  private static @Nullable BitSet draw(Random random, int items) {
    double share = new double[] {-1, 0, 0.01, 0.5, 0.99}[random.nextInt(5)];
    if (share < 0) {
      return null;
    }
    BitSet drawn = new BitSet(items);
    for (int item = 0; item < items; item++) {
      drawn.set(item, random.nextDouble() < share);
    }
    return drawn;
  }

  private static @Nullable ItemWords words(Random random, int items, @Nullable BitSet drawn) {
    if (drawn == null) {
      return null;
    }
    ItemWords words = random.nextBoolean() ? ItemWords.dense(items) : ItemWords.sparse(items);
    int[] list = drawn.stream().toArray();
    words.set(list, list.length);
    return words;
  }

  private static BitSet expected(
      int items, @Nullable BitSet seen, @Nullable BitSet allow, @Nullable BitSet deny) {
    BitSet expected = new BitSet(items);
    for (int item = 0; item < items; item++) {
      boolean refused = (seen != null && seen.get(item)) || (deny != null && deny.get(item));
      expected.set(item, !refused && (allow == null || allow.get(item)));
    }
    return expected;
  }

  private static long word(BitSet set, int block) {
    long[] words = set.get(block * Long.SIZE, (block + 1) * Long.SIZE).toLongArray();
    return words.length == 0 ? 0 : words[0];
  }

  @Test
  void visitsTheBlocksWithEligibleItemsAndNoOthers() {
    for (int items : SIZES) {
      long seed = RandomSeed.of(items);
      Random random = new Random(seed);
      int blocks = Math.ceilDiv(items, Long.SIZE);
      for (int trial = 0; trial < TRIALS; trial++) {
        BitSet seen = draw(random, items);
        BitSet allow = draw(random, items);
        BitSet deny = draw(random, items);
        BitSet expected = expected(items, seen, allow, deny);
        eligible.set(
            words(random, items, seen), words(random, items, allow), words(random, items, deny));
        int from = random.nextInt(blocks + 1);
        int to = from + random.nextInt(blocks - from + 1);
        String where = "seed " + seed + ", trial " + trial + ", blocks " + from + " to " + to;
        walk.start(eligible, from, to, items);
        int found = 0;
        for (int block = from; block < to; block++) {
          long word = word(expected, block);
          assertEquals(word, eligible.word(block) & EligibleBlocks.itemsOf(block, items), where);
          if (word != 0) {
            assertTrue(walk.next(), where);
            assertEquals(block, walk.block(), where);
            assertEquals(word, walk.items(), where);
            found++;
          }
        }
        assertFalse(walk.next(), where);
        int most = eligible.atMost(to - from);
        assertTrue(found <= most, where + ": " + found + " blocks of " + most);
        assertEquals(seen == null && allow == null && deny == null, eligible.isAll(), where);
      }
    }
  }

  @Test
  void hasNoBlockAfterItIsCleared() {
    ItemWords allow = ItemWords.dense(200);
    allow.add(150);
    eligible.set(null, allow, null);
    walk.start(eligible, 0, 4, 200);
    walk.clear();
    assertFalse(walk.next());
  }
}
