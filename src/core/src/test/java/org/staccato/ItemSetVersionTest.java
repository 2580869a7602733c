package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** A set of items answers only for its own version; keys carry it over to other versions. */
class ItemSetVersionTest {
  private static final int ITEMS = 200;

  @TempDir Path folder;

  private Path write(String name, long seed, ItemKeySource keys) throws IOException {
    Weights weights =
        RandomNetworks.weights(
            new Random(seed),
            RandomNetworks.ranking(
                RandomNetworks.layers(Cell.LSTM, 3, 9), keys.size(), keys.kind(), false));
    Path path = folder.resolve(name);
    ModelWriter.write(path, weights, keys, new float[keys.size()], new int[][] {{0}}, "{}");
    return path;
  }

  /** A catalogue with the key of item i at (i + first) · 7. */
  private static ItemKeySource longs(int first) {
    return ItemKeySource.of(LongStream.range(first, first + ITEMS).map(i -> 7 * i).toArray());
  }

  private static ItemKeySource texts(int first) {
    return ItemKeySource.of(
        IntStream.range(first, first + ITEMS).mapToObj(i -> "" + 7 * i).toList());
  }

  @Test
  void anotherVersionOfAsManyItemsRefusesTheSet() throws IOException {
    Path one = write("one", 1, longs(0));
    Path two = write("two", 2, longs(1));
    try (LiveModel live = LiveModel.open(one)) {
      Scorer scorer = live.newScorer();
      Ranked ranked = new Ranked();
      ItemSet dense = new ItemSet(live.version());
      ItemSet sparse = ItemSet.of(live.version(), new int[] {5}, 1);
      scorer.topK(scorer.newState(), 3, new ItemFilter(sparse, null, dense), ranked);
      String digest = live.version().digest();
      live.publish(two);
      UserState user = scorer.newState();
      ItemFilter none = ItemFilter.NONE;
      assertStale("seen", digest, scorer, user, none.withSeen(sparse));
      assertStale("allow", digest, scorer, user, none.withAllow(dense));
      assertStale("deny", digest, scorer, user, none.withDeny(sparse));
      live.publish(one);
      scorer.reset(user);
      scorer.topK(user, 3, new ItemFilter(sparse, null, dense), ranked);
    }
  }

  private static void assertStale(
      String name, String digest, Scorer scorer, UserState user, ItemFilter filter) {
    StaleVersionException e =
        assertThrows(StaleVersionException.class, () -> scorer.topK(user, 3, filter, new Ranked()));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("item set (" + name + "): found one of"), message);
    assertTrue(message.contains(digest), message);
  }

  @Test
  void isCarriedOverBetweenKeysOfAllKinds() throws IOException {
    Map<Path, ItemKeySource> sources =
        Map.of(
            Path.of("longs"), longs(0),
            Path.of("other longs"), longs(60),
            Path.of("texts"), texts(20),
            Path.of("other texts"), texts(90));
    for (Path from : sources.keySet()) {
      for (Path to : sources.keySet()) {
        Path own = write("own", 1, sources.get(from));
        Path other = write("other", 2, sources.get(to));
        try (LiveModel ownModel = LiveModel.open(own);
            LiveModel otherModel = LiveModel.open(other)) {
          int[] items = RandomSeed.random(3).ints(50, 0, ITEMS).toArray();
          ItemSet sparse = ItemSet.of(ownModel.version(), items, items.length);
          ItemSet dense = new ItemSet(ownModel.version());
          dense.addAll(sparse);
          for (ItemSet set : new ItemSet[] {sparse, dense}) {
            ItemSet carried = set.carriedOver(ownModel.itemKeys(), otherModel.itemKeys());
            assertEquals(otherModel.version().digest(), carried.digest());
            for (int item = 0; item < ITEMS; item++) {
              int before = ownModel.itemKeys().indexOf(otherModel.itemKeys().text(item));
              boolean expected = before >= 0 && set.contains(before);
              assertEquals(expected, carried.contains(item), from + " to " + to + ", " + item);
            }
          }
          assertThrows(
              StaleVersionException.class,
              () -> sparse.carriedOver(otherModel.itemKeys(), ownModel.itemKeys()));
        }
      }
    }
  }

  @Test
  void keysOfAVersionThatIsGoneCarryNothingOver() throws IOException {
    ItemSet set;
    ItemKeys keys;
    try (LiveModel live = LiveModel.open(write("one", 1, longs(0)))) {
      set = ItemSet.of(live.version(), new int[] {3}, 1);
      keys = live.itemKeys();
    }
    try (LiveModel live = LiveModel.open(write("two", 2, longs(1)))) {
      assertThrows(IllegalStateException.class, () -> set.carriedOver(keys, live.itemKeys()));
    }
  }

  /** Follows the manual: the set of hidden items is ready before a version answers. */
  @Test
  void aPreparationCarriesASetFromVersionToVersion() throws IOException {
    Path one = write("one", 1, longs(0));
    Path two = write("two", 2, longs(30));
    try (LiveModel live = LiveModel.open(one)) {
      Map<String, ItemSet> denied = new ConcurrentHashMap<>();
      ItemSet first = ItemSet.of(live.version(), new int[] {40, 50, 60}, 3);
      denied.put(first.digest(), first);
      live.addPreparation(
          (version, items, pace) ->
              denied.computeIfAbsent(
                  version.digest(),
                  digest -> {
                    ItemKeys current = live.itemKeys();
                    ItemSet set = Objects.requireNonNull(denied.get(current.digest()));
                    return set.carriedOver(current, items);
                  }));
      for (int publish = 0; publish < 50; publish++) {
        if (publish % 3 == 2) {
          live.rollBack();
        } else {
          live.publish(publish % 2 == 0 ? two : one);
        }
        Scorer scorer = live.newScorer();
        ModelVersion version = scorer.acquire().version();
        ItemFilter filter = ItemFilter.NONE.withDeny(denied.get(version.digest()));
        Ranked ranked = new Ranked();
        assertEquals(ITEMS - 3, scorer.topK(scorer.newState(), ITEMS, filter, ranked));
        for (int rank = 0; rank < ranked.size(); rank++) {
          long key = scorer.itemKeys().longKey(ranked.item(rank));
          assertFalse(key == 280 || key == 350 || key == 420, "key " + key);
        }
        scorer.release();
        scorer.close();
      }
    }
  }
}
