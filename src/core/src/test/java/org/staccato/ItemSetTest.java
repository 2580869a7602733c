package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.staccato.live.ModelVersion;
import org.staccato.model.ModelSpecification;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** Dense and sparse sets of items, each beside a {@link BitSet}. */
class ItemSetTest {
  private static final int[] SIZES = {1, 63, 64, 65, 200, 5003};

  private static ModelVersion version(String digest, int items) {
    ModelSpecification specification = RandomNetworks.ranking(Cell.LSTM, items, 1, 1);
    return new ModelVersion(1, digest, Path.of("model"), 0, Instant.EPOCH, specification, Map.of());
  }

  private static ItemSet empty(ModelVersion version, boolean sparse) {
    return sparse ? ItemSet.of(version, new int[0], 0) : new ItemSet(version);
  }

  private static void assertSame(BitSet expected, ItemSet actual, String where) {
    assertEquals(expected.cardinality(), actual.size(), where);
    for (int item = 0; item < actual.catalogueSize(); item++) {
      assertEquals(expected.get(item), actual.contains(item), where + ", item " + item);
    }
  }

  @Test
  void agreesWithABitSet() {
    for (int items : SIZES) {
      for (boolean sparse : new boolean[] {false, true}) {
        long seed = RandomSeed.of(items);
        Random random = new Random(seed);
        ItemSet set = empty(version("a", items), sparse);
        BitSet expected = new BitSet();
        String where = "sparse " + sparse + ", seed " + seed;
        for (int i = 0; i < 1000; i++) {
          int item = random.nextInt(items);
          if (random.nextInt(3) == 0) {
            set.remove(item);
            expected.clear(item);
          } else {
            set.add(item);
            expected.set(item);
          }
          assertEquals(expected.cardinality(), set.size(), where);
          int probe = random.nextInt(items);
          assertEquals(expected.get(probe), set.contains(probe), where);
        }
        assertSame(expected, set, where);
        set.clear();
        assertSame(new BitSet(), set, where);
      }
    }
  }

  @Test
  void isSetFromItemsInAnyOrderAgainAndAgain() {
    for (int items : SIZES) {
      for (boolean sparse : new boolean[] {false, true}) {
        long seed = RandomSeed.of(items);
        Random random = new Random(seed);
        ItemSet set = empty(version("a", items), sparse);
        for (int count : new int[] {3, 0, 1, 100, 17, 6000}) {
          int[] list = random.ints(count + 2, 0, items).toArray();
          BitSet expected = new BitSet();
          for (int i = 0; i < count; i++) {
            expected.set(list[i]);
          }
          set.set(list, count);
          assertSame(expected, set, "sparse " + sparse + ", " + count + " items, seed " + seed);
        }
      }
    }
  }

  @Test
  void isCombinedWithSetsOfBothKinds() {
    for (int items : SIZES) {
      for (int kinds = 0; kinds < 4; kinds++) {
        long seed = RandomSeed.of(items);
        Random random = new Random(seed);
        ModelVersion version = version("a", items);
        ItemSet set = empty(version, (kinds & 1) != 0);
        ItemSet other = empty(version, (kinds & 2) != 0);
        BitSet expected = new BitSet();
        for (int i = 0; i < 20; i++) {
          int[] list = random.ints(random.nextInt(40), 0, items).toArray();
          BitSet listed = new BitSet();
          for (int item : list) {
            listed.set(item);
          }
          other.set(list, list.length);
          if (random.nextInt(3) == 0) {
            set.andNot(other);
            expected.andNot(listed);
          } else {
            set.addAll(other);
            expected.or(listed);
          }
          assertSame(expected, set, "kinds " + kinds + ", step " + i + ", seed " + seed);
        }
        set.addAll(set);
        assertSame(expected, set, "kinds " + kinds);
        set.andNot(set);
        assertSame(new BitSet(), set, "kinds " + kinds);
      }
    }
  }

  @Test
  void refusesItemsOutsideTheCatalogueAndStaysAsItIs() {
    for (boolean sparse : new boolean[] {false, true}) {
      ItemSet set = empty(version("a", 65), sparse);
      set.add(64);
      for (int item : new int[] {-2, 65, 127, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        assertThrows(IndexOutOfBoundsException.class, () -> set.add(item));
        assertThrows(IndexOutOfBoundsException.class, () -> set.remove(item));
        assertThrows(IndexOutOfBoundsException.class, () -> set.contains(item));
        int[] list = {1, item};
        assertThrows(IndexOutOfBoundsException.class, () -> set.set(list, 2));
      }
      assertThrows(IndexOutOfBoundsException.class, () -> set.set(new int[3], 4));
      assertThrows(IndexOutOfBoundsException.class, () -> set.set(new int[3], -1));
      assertEquals(1, set.size());
      assertTrue(set.contains(64));
    }
  }

  @Test
  void refusesASetOfAnotherVersionOfAsManyItems() {
    ItemSet set = new ItemSet(version("a", 65));
    ItemSet other = ItemSet.of(version("b", 65), new int[] {3}, 1);
    assertThrows(StaleVersionException.class, () -> set.addAll(other));
    assertThrows(StaleVersionException.class, () -> set.andNot(other));
    assertThrows(StaleVersionException.class, () -> other.addAll(set));
    assertEquals(0, set.size());
    // A version that was loaded twice is the same.
    set.addAll(ItemSet.of(version(new String(new char[] {'a'}), 65), new int[] {3}, 1));
    assertTrue(set.contains(3));
  }

  @Test
  void aFilterAcceptsWhatIsAllowedAndNeitherSeenNorDenied() {
    ModelVersion version = version("a", 4);
    ItemSet one = new ItemSet(version);
    one.add(1);
    one.add(2);
    ItemSet two = ItemSet.of(version, new int[] {2}, 1);
    assertTrue(ItemFilter.NONE.accepts(2));
    assertTrue(ItemFilter.NONE.withAllow(one).accepts(2));
    assertFalse(ItemFilter.NONE.withAllow(one).accepts(3));
    assertFalse(ItemFilter.NONE.withAllow(one).withSeen(two).accepts(2));
    assertFalse(ItemFilter.NONE.withAllow(one).withDeny(two).accepts(2));
    assertTrue(ItemFilter.NONE.withAllow(one).withDeny(two).accepts(1));
  }
}
