package org.staccato.users.items;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.format.ItemKeys;
import org.staccato.format.ItemKeys.Kind;
import org.staccato.format.Pace;
import org.staccato.harness.Models;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.RandomSeed;

/** The numbers of items of many versions, and the translations between them and indices. */
class ItemDictionaryTest {
  private final ItemDictionary dictionary = new ItemDictionary();

  @TempDir Path folder;

  private int numberOf(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
    return dictionary.numberOf(bytes, 1, bytes.length - 2);
  }

  @Test
  void keysOfBothKindsKeepTheirNumbers() {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    Map<Object, Integer> expected = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      long key = random.nextInt(20_000) - 10_000L;
      Object known = i % 2 == 0 ? (Object) key : "größe " + key;
      int number = i % 2 == 0 ? dictionary.numberOf(key) : numberOf("größe " + key);
      assertEquals(expected.computeIfAbsent(known, k -> number), number, "seed " + seed);
    }
    assertEquals(expected.size(), dictionary.size());
    expected.forEach(
        (key, number) -> {
          int place = ItemDictionary.placeOf(number);
          assertEquals(key instanceof Long ? Kind.LONG : Kind.TEXT, ItemDictionary.kindOf(number));
          assertEquals(key, key instanceof Long ? dictionary.longs().get(place) : textAt(place));
        });
    assertEquals(dictionary.size(), dictionary.size(Kind.LONG) + dictionary.size(Kind.TEXT));
  }

  /** Reads the text at a place in both ways. */
  private String textAt(int place) {
    ByteBuffer bytes = ByteBuffer.allocate(dictionary.texts().length(place));
    dictionary.texts().copyTo(place, bytes);
    String text = dictionary.texts().get(place);
    assertEquals(text, new String(bytes.array(), StandardCharsets.UTF_8));
    return text;
  }

  @Test
  void textsOfAllLengthsLieSideBySide() {
    int[] lengths = {0, 1, 15, 16, 17, 4093, ItemKeys.TEXT_LIMIT - 1, ItemKeys.TEXT_LIMIT};
    List<String> texts = new ArrayList<>();
    for (int length : lengths) {
      for (char letter = 'a'; letter < (length == 0 ? 'b' : 'l'); letter++) {
        texts.add(String.valueOf(letter).repeat(length));
      }
    }
    for (int round = 0; round < 2; round++) {
      for (int place = 0; place < texts.size(); place++) {
        assertEquals(place, ItemDictionary.placeOf(numberOf(texts.get(place))));
      }
    }
    for (int place = 0; place < texts.size(); place++) {
      assertEquals(texts.get(place), textAt(place));
    }
  }

  @Test
  void keysAreReadWhileOthersAreAdded() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread reader =
        Thread.ofPlatform()
            .uncaughtExceptionHandler((thread, e) -> failure.set(e))
            .start(
                () -> {
                  int seen = 0;
                  while (seen < 100_000) {
                    seen = dictionary.size(Kind.LONG);
                    for (int place = Math.max(0, seen - 100); place < seen; place++) {
                      assertEquals(3L * place, dictionary.longs().get(place));
                    }
                    for (int place = dictionary.size(Kind.TEXT) - 1; place >= 0; place /= 2) {
                      assertEquals("item " + place, dictionary.texts().get(place));
                      if (place == 0) {
                        break;
                      }
                    }
                  }
                });
    for (int i = 0; i < 100_000; i++) {
      numberOf("item " + i);
      dictionary.numberOf(3L * i);
    }
    reader.join();
    assertEquals(null, failure.get());
  }

  @Test
  void translationsOfTheSameKeysShareTheirArrays() throws IOException {
    String[] keys = IntStream.range(0, 200).mapToObj(i -> "item " + i).toArray(String[]::new);
    Translation first = translate(null, 1, keys);
    Translation same = translate(first, 2, keys);
    assertTrue(same.sharesWith(first));
    assertFalse(same.digest().equals(first.digest()));
    assertFalse(translate(null, 2, keys).sharesWith(first), "nothing to compare with");

    String[] more = IntStream.range(0, 201).mapToObj(i -> "item " + i).toArray(String[]::new);
    String[] other = more.clone();
    other[130] = "another";
    String[] fewer = IntStream.range(0, 129).mapToObj(i -> "item " + i).toArray(String[]::new);
    for (String[] next : List.of(more, other, fewer)) {
      Translation translation = translate(first, 3, next);
      assertFalse(translation.sharesWith(first));
      for (int item = 0; item < next.length; item++) {
        int number = translation.number(item);
        assertEquals(numberOf(next[item]), number);
        assertEquals(item, translation.item(number));
      }
      assertThrows(IndexOutOfBoundsException.class, () -> translation.number(next.length));
      assertThrows(IndexOutOfBoundsException.class, () -> translation.number(-1));
    }
    assertEquals(-1, first.item(numberOf("another")));
    assertEquals(-1, first.item(dictionary.numberOf(3)), "a key of the other kind");
    assertEquals(-1, first.item(numberOf("of no version")));
  }

  private Translation translate(@Nullable Translation before, long seed, String... keys)
      throws IOException {
    Path path = Models.write(folder.resolve("texts"), seed, 1, keys);
    try (LiveModel live = LiveModel.open(path, OpenOptions.COPY)) {
      return dictionary.translate(live.version().digest(), live.itemKeys(), before, Pace.full());
    }
  }

  @Test
  void versionsOfOtherKindsAreNotCompared() throws IOException {
    long[] keys = Models.keys(0, 100);
    Path path = Models.write(folder.resolve("longs"), 1, 1, keys);
    Translation texts = translate(null, 1, "0", "1", "2");
    try (LiveModel live = LiveModel.open(path, OpenOptions.COPY)) {
      Translation longs =
          dictionary.translate(live.version().digest(), live.itemKeys(), texts, Pace.full());
      Translation again = dictionary.translate("f".repeat(64), live.itemKeys(), longs, Pace.full());
      assertTrue(again.sharesWith(longs));
      for (int item = 0; item < keys.length; item++) {
        assertEquals(item, longs.item(dictionary.numberOf(keys[item])));
        assertEquals(-1, texts.item(longs.number(item)));
      }
    }
  }
}
