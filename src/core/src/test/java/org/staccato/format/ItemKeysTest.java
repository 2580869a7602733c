package org.staccato.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.testkit.RandomSeed;

class ItemKeysTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 31, 97, 1009, 10_000})
  void everyLongKeyIsFoundAndNoOther(int items) throws IOException {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    long[] keys = LongStream.generate(random::nextLong).distinct().limit(items).toArray();
    Map<Long, Integer> expected = new HashMap<>();
    IntStream.range(0, items).forEach(item -> expected.put(keys[item], item));

    try (WeightFile file = WeightFile.open(publish(ItemKeySource.of(keys)))) {
      ItemKeys itemKeys = ItemKeys.open(file, items, Pace.full());
      assertEquals(ItemKeys.Kind.LONG, itemKeys.kind());
      assertEquals(items, itemKeys.size());
      for (int item = 0; item < items; item++) {
        assertEquals(item, itemKeys.indexOf(keys[item]), () -> "seed " + seed);
        assertEquals(item, itemKeys.indexOf(Long.toString(keys[item])));
        assertEquals(keys[item], itemKeys.longKey(item));
        assertEquals(Long.toString(keys[item]), itemKeys.text(item));
        assertFoundAsBytes(itemKeys, item);
      }
      for (int i = 0; i < 1000; i++) {
        long key = random.nextLong();
        assertEquals(expected.getOrDefault(key, -1), itemKeys.indexOf(key), () -> "seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 31, 97, 1009, 10_000})
  void everyTextKeyIsFoundAndNoOther(int items) throws IOException {
    List<String> keys =
        IntStream.range(0, items).mapToObj(item -> item == 0 ? "" : "größe-" + item).toList();
    try (WeightFile file = WeightFile.open(publish(ItemKeySource.of(keys)))) {
      ItemKeys itemKeys = ItemKeys.open(file, items, Pace.full());
      assertEquals(ItemKeys.Kind.TEXT, itemKeys.kind());
      assertEquals(items, itemKeys.size());
      for (int item = 0; item < items; item++) {
        assertEquals(item, itemKeys.indexOf(keys.get(item)));
        assertEquals(keys.get(item), itemKeys.text(item));
        assertFoundAsBytes(itemKeys, item);
      }
      for (String key : List.of("größe-", "größe-0", "größe-" + items, "GRÖSSE-1", "\u0000")) {
        assertEquals(-1, itemKeys.indexOf(key), key);
        assertEquals(-1, indexOfBytes(itemKeys, key), key);
      }
    }
  }

  @Test
  void denseAndExtremeLongKeysAreKeysLikeAnyOther() throws IOException {
    long[] keys = {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 2, 3, 4, 5, 6, 7};
    try (WeightFile file = WeightFile.open(publish(ItemKeySource.of(keys)))) {
      ItemKeys itemKeys = ItemKeys.open(file, keys.length, Pace.full());
      for (int item = 0; item < keys.length; item++) {
        assertEquals(item, itemKeys.indexOf(keys[item]));
        assertFoundAsBytes(itemKeys, item);
      }
      for (String key :
          List.of(
              "",
              "-",
              "+1",
              "01",
              "-0",
              "-01",
              "1.0",
              " 1",
              "1/",
              "1:",
              "١",
              "9223372036854775808",
              "-9223372036854775809",
              "9300000000000000000",
              "10000000000000000000",
              "9223372036854775806")) {
        assertEquals(-1, itemKeys.indexOf(key), key);
        assertEquals(-1, indexOfBytes(itemKeys, key), key);
      }
      assertThrows(IndexOutOfBoundsException.class, () -> itemKeys.copyText(3, new byte[19]));
    }
  }

  /** Looks a key up that lies amid other bytes. */
  private static int indexOfBytes(ItemKeys keys, String key) {
    byte[] amid = ("1" + key + "1").getBytes(StandardCharsets.UTF_8);
    return keys.indexOf(amid, 1, amid.length - 2);
  }

  private static void assertFoundAsBytes(ItemKeys keys, int item) {
    byte[] bytes = new byte[ItemKeys.TEXT_LIMIT];
    int length = keys.copyText(item, bytes);
    assertEquals(keys.text(item), new String(bytes, 0, length, StandardCharsets.UTF_8));
    assertEquals(item, keys.indexOf(bytes, 0, length));
    assertEquals(item, indexOfBytes(keys, keys.text(item)));
  }

  @Test
  void textKeysMayHoldAnyUnicode() throws IOException {
    String longest = "x".repeat(ItemKeys.TEXT_LIMIT);
    List<String> keys =
        List.of("", " ", "\u0000", "ä", "a\u0308", "日本語", "🎼", "\uffff", "?", longest);
    try (WeightFile file = WeightFile.open(publish(ItemKeySource.of(keys)))) {
      ItemKeys itemKeys = ItemKeys.open(file, keys.size(), Pace.full());
      for (int item = 0; item < keys.size(); item++) {
        assertEquals(item, itemKeys.indexOf(keys.get(item)));
        assertEquals(keys.get(item), itemKeys.text(item));
        assertFoundAsBytes(itemKeys, item);
      }
      assertEquals(-1, itemKeys.indexOf("\ud83c"), "an unpaired surrogate is not '?'");
      byte[] tooShort = new byte[ItemKeys.TEXT_LIMIT - 1];
      assertThrows(IndexOutOfBoundsException.class, () -> itemKeys.copyText(9, tooShort));
      assertThrows(IndexOutOfBoundsException.class, () -> itemKeys.copyText(10, tooShort));
      assertThrows(IndexOutOfBoundsException.class, () -> itemKeys.indexOf(tooShort, 9, -1));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> itemKeys.indexOf(tooShort, 1, ItemKeys.TEXT_LIMIT - 1));
      assertEquals(-1, itemKeys.indexOf(7), "a number is not a text key");
      assertThrows(IllegalStateException.class, () -> itemKeys.longKey(0));
      assertThrows(IndexOutOfBoundsException.class, () -> itemKeys.text(keys.size()));
      assertThrows(IndexOutOfBoundsException.class, () -> itemKeys.text(-1));
    }
  }

  @Test
  void keysThatCannotBeResolvedAreRefused() {
    refuses("items: found 0, expected 1 to 268435456", () -> ItemKeySource.of());
    refuses("items: found 0, expected 1 to 268435456", () -> ItemKeySource.of(List.of()));
    refuses("item keys: items 0 and 2 have the same key", () -> ItemKeySource.of(7, 8, 7));
    refuses(
        "item keys: items 1 and 2 have the same key",
        () -> ItemKeySource.of(List.of("tea", "", "")));
    refuses(
        "item keys: the key of item 1 has an unpaired surrogate",
        () -> ItemKeySource.of(List.of("", "\udc00")));
    refuses(
        "item keys: the key of item 0 has 65536 bytes, expected at most 65535",
        () -> ItemKeySource.of(List.of("x".repeat(ItemKeys.TEXT_LIMIT + 1))));
  }

  private static void refuses(String message, Runnable creation) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, creation::run).getMessage());
  }

  @Test
  void keysMadeToCollideAreRefusedInsteadOfStallingEveryLookup() {
    // The hash of 64-bit keys is a bijection: its inverse makes keys that all want one slot.
    long[] keys = LongStream.range(0, 1000).map(i -> invertHash(i << 32)).toArray();
    assertEquals(5L << 32, ItemIndex.hash(keys[5]));
    refuses(
        "item keys: found keys that collide, expected at most 64 slots visited per key",
        () -> ItemKeySource.of(keys));
  }

  private static long invertHash(long hash) {
    long key = (hash ^ (hash >>> 31) ^ (hash >>> 62)) * 0x319642b2d24d8ec3L;
    key = (key ^ (key >>> 27) ^ (key >>> 54)) * 0x96de1b173f119089L;
    return key ^ (key >>> 30) ^ (key >>> 60);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 5692161d100b05e5", "-1, b4d055fcf2cbbd7b", "1000003, c1fd756f0b09cdf3"})
  void theHashOfLongKeysIsFixedByTheFormat(long key, String hash) {
    assertEquals(hash, Long.toHexString(ItemIndex.hash(key)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', f52a15e9a9b5e89b",
    "a, 2c0bdbf481420f8",
    "foobar, 404da9e3b74078c2",
    "größe, be9079c1b7e5afe8"
  })
  void theHashOfTextKeysIsFixedByTheFormat(String key, String hash) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    assertEquals(
        hash, Long.toHexString(ItemIndex.hash(MemorySegment.ofArray(bytes), 0, bytes.length)));
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "8, 16", "9, 32", "16, 32", "17, 64", "268435456, 536870912"})
  void theIndexIsAtMostHalfFull(int items, int capacity) {
    assertEquals(capacity, ItemIndex.capacity(items));
  }

  @Test
  void lookingUpALongKeyDoesNotAllocate() throws IOException {
    long[] keys = LongStream.range(-500, 500).toArray();
    try (WeightFile file = WeightFile.open(publish(ItemKeySource.of(keys)))) {
      ItemKeys itemKeys = ItemKeys.open(file, keys.length, Pace.full());
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int repetition = 0; repetition < 20 && least > 0; repetition++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        long sum = 0;
        for (long key = -1000; key < 1000; key++) {
          sum += itemKeys.indexOf(key);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(999 * 1000 / 2 - 1000, sum);
        least = Math.min(least, allocated);
      }
      assertEquals(0, least, "bytes allocated by 2,000 lookups");
    }
  }

  @Test
  void aFileWithoutKeysOrForAnotherCatalogueIsRejected() throws IOException {
    Path bare = folder.resolve("bare");
    new WeightFileWriter().publish(bare);
    assertRejected(Reason.TENSOR_MISSING, bare, 1);
    assertRejected(Reason.ITEM_KEYS, publish(ItemKeySource.of(1, 2, 3)), 4);
    assertRejected(Reason.SHAPE, publish(ItemKeySource.of(1, 2, 3)), 20);
    assertRejected(Reason.ITEM_KEYS, publish(ItemKeySource.of(List.of("a", "b"))), 1);
  }

  @Test
  void keysOfTwoKindsAreRejected() throws IOException {
    Path path = folder.resolve("both");
    WeightFileWriter writer =
        new WeightFileWriter()
            .tensor("items.keys", DataType.I64, MemorySegment.ofArray(new long[8]), 8);
    ItemKeySource.of(List.of("a")).addTo(writer);
    writer.publish(path);
    assertRejected(Reason.ITEM_KEYS, path, 1);
  }

  @Test
  void anIndexThatContradictsTheKeysIsRejected() throws IOException {
    long[] keys = {10, 20, 30};
    int slot = (int) ItemIndex.hash(20) & 15;
    for (int entry : new int[] {-2, 3, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, 2}) {
      Path path = publish(ItemKeySource.of(keys));
      CraftedFile.overwrite(path, "items.index", slot * 4L, CraftedFile.littleEndian(entry));
      assertRejected(Reason.ITEM_KEYS, path, 3);
    }
    Path changed = publish(ItemKeySource.of(keys));
    CraftedFile.overwrite(changed, "items.keys", 8, CraftedFile.littleEndian(21L));
    assertRejected(Reason.ITEM_KEYS, changed, 3);
    Path twice = publish(ItemKeySource.of(keys));
    CraftedFile.overwrite(twice, "items.keys", 8, CraftedFile.littleEndian(10L));
    assertRejected(Reason.ITEM_KEYS, twice, 3);
  }

  @Test
  void textKeysThatContradictThemselvesAreRejected() throws IOException {
    List<String> keys = List.of("tea", "café", "");
    for (long[] damage :
        new long[][] {{0, 1}, {1, -1}, {1, 9}, {2, 2}, {2, 7}, {3, 7}, {3, 65}, {3, 1L << 62}}) {
      Path path = publish(ItemKeySource.of(keys));
      byte[] offset = CraftedFile.littleEndian(damage[1]);
      CraftedFile.overwrite(path, "items.keys.offsets", damage[0] * 8, offset);
      assertRejected(Reason.ITEM_KEYS, path, 3);
    }
    Path malformed = publish(ItemKeySource.of(keys));
    CraftedFile.overwrite(malformed, "items.keys.bytes", 7, new byte[] {'x'});
    assertRejected(Reason.ITEM_KEYS, malformed, 3);
  }

  @Test
  void wellFormedUtf8IsWhatTheJdkDecodes() {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    byte[] interesting = {
      0,
      0x7f,
      (byte) 0x80,
      (byte) 0x8f,
      (byte) 0x90,
      (byte) 0x9f,
      (byte) 0xa0,
      (byte) 0xbf,
      (byte) 0xc0,
      (byte) 0xc1,
      (byte) 0xc2,
      (byte) 0xdf,
      (byte) 0xe0,
      (byte) 0xe1,
      (byte) 0xed,
      (byte) 0xef,
      (byte) 0xf0,
      (byte) 0xf1,
      (byte) 0xf4,
      (byte) 0xf5,
      (byte) 0xff
    };
    for (int input = 0; input < 200_000; input++) {
      byte[] bytes = new byte[random.nextInt(6)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = interesting[random.nextInt(interesting.length)];
      }
      MemorySegment segment = MemorySegment.ofArray(bytes);
      assertEquals(
          Utf8.decode(segment) != null,
          Utf8.isValid(segment, 0, bytes.length),
          () -> "seed " + seed + ": " + Arrays.toString(bytes));
    }
  }

  private Path publish(ItemKeySource keys) throws IOException {
    Path path = folder.resolve("model.safetensors");
    WeightFileWriter writer = new WeightFileWriter();
    keys.addTo(writer);
    writer.publish(path);
    return path;
  }

  private static void assertRejected(Reason reason, Path path, int items) throws IOException {
    try (WeightFile file = WeightFile.open(path)) {
      ModelRejectedException rejected =
          assertThrows(ModelRejectedException.class, () -> ItemKeys.open(file, items, Pace.full()));
      assertEquals(reason, rejected.reason(), rejected::getMessage);
      assertTrue(String.valueOf(rejected.getMessage()).startsWith(path + ": "));
    }
  }
}
