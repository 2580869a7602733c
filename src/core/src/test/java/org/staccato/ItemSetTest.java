package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ItemSetTest {

  @Test
  void agreesWithABitSet() {
    for (int items : new int[] {1, 63, 64, 65, 200}) {
      Random random = new Random(items);
      ItemSet set = new ItemSet(items);
      BitSet expected = new BitSet();
      for (int i = 0; i < 1000; i++) {
        int item = random.nextInt(items);
        if (random.nextInt(3) == 0) {
          set.remove(item);
          expected.clear(item);
        } else {
          set.add(item);
          expected.set(item);
        }
        assertEquals(expected.cardinality(), set.size(), "seed " + items);
        int probe = random.nextInt(items);
        assertEquals(expected.get(probe), set.contains(probe), "seed " + items);
      }
      set.clear();
      assertEquals(0, set.size());
    }
  }

  @Test
  void refusesItemsOutsideTheCatalogue() {
    ItemSet set = new ItemSet(65);
    for (int item : new int[] {-1, 65, 127, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThrows(IndexOutOfBoundsException.class, () -> set.add(item));
      assertThrows(IndexOutOfBoundsException.class, () -> set.remove(item));
      assertThrows(IndexOutOfBoundsException.class, () -> set.contains(item));
    }
    assertThrows(IllegalArgumentException.class, () -> new ItemSet(0));
  }

  @Test
  void aFilterCombinesItsSets() {
    ItemSet one = new ItemSet(4);
    one.add(1);
    one.add(2);
    ItemSet two = new ItemSet(4);
    two.add(2);
    assertTrue(ItemFilter.NONE.accepts(2));
    assertTrue(ItemFilter.NONE.withAllow(one).accepts(2));
    assertFalse(ItemFilter.NONE.withAllow(one).accepts(3));
    assertFalse(ItemFilter.NONE.withAllow(one).withSeen(two).accepts(2));
    assertFalse(ItemFilter.NONE.withAllow(one).withDeny(two).accepts(2));
    assertTrue(ItemFilter.NONE.withAllow(one).withDeny(two).accepts(1));
  }
}
