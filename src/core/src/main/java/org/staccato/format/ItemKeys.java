package org.staccato.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.memory.Bounds;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;

/**
 * The external keys of the catalogue's items, read from the memory of a weight file. Thread-safe.
 * Once the file is closed, all methods that read keys throw {@link IllegalStateException}, a lookup
 * under way included; no method returns data of another file.
 */
public final class ItemKeys {

  /** The kinds of keys. */
  public enum Kind {
    /** A signed 64-bit integer. */
    LONG,
    /** A text in UTF-8. */
    TEXT
  }

  /** What a look-up returns for a key that no item has. Methods that take items accept it. */
  public static final int UNKNOWN = ItemIndex.EMPTY;

  /** The most bytes of a text key. */
  public static final int TEXT_LIMIT = 65_535;

  static final String KEYS = "items.keys";
  static final String OFFSETS = "items.keys.offsets";
  static final String BYTES = "items.keys.bytes";
  static final String INDEX = "items.index";

  /** The names of all tensors that a {@link ItemKeySource} may add. */
  public static final Set<String> TENSORS = Set.of(KEYS, OFFSETS, BYTES, INDEX);

  private final WeightFile file;
  private final Kind kind;
  private final int size;
  private final int mask;
  private final MemorySegment index;

  /** The keys themselves, or the offsets of their bytes. */
  private final MemorySegment longs;

  private final MemorySegment bytes;

  private ItemKeys(
      WeightFile file,
      Kind kind,
      int size,
      MemorySegment index,
      MemorySegment longs,
      MemorySegment bytes) {
    this.file = file;
    this.kind = kind;
    this.size = size;
    this.mask = (int) (index.byteSize() / Integer.BYTES) - 1;
    this.index = index;
    this.longs = longs;
    this.bytes = bytes;
  }

  /**
   * Finds the item keys of a weight file, and checks that the index finds every key. This reads all
   * keys.
   *
   * @param file an open weight file
   * @param items the number of items of the catalogue, at least 1
   * @param pace called between slices of work, pauses to keep to a share of a core
   * @return the keys, valid until the file is closed
   * @throws ModelRejectedException if the file has no keys or they are inconsistent
   * @throws IllegalArgumentException if the number of items is below 1 or above 2²⁸
   */
  public static ItemKeys open(WeightFile file, int items, Pace pace) throws ModelRejectedException {
    requireSize(items);
    MemorySegment index = slice(file, file.require(INDEX, DataType.I32, ItemIndex.capacity(items)));
    boolean text = file.find(OFFSETS).isPresent();
    if (text && file.find(KEYS).isPresent()) {
      throw new ModelRejectedException(
          file.path(),
          Reason.ITEM_KEYS,
          "found both " + KEYS + " and " + OFFSETS + ", expected keys of one kind");
    }
    ItemKeys keys = text ? texts(file, items, index) : longs(file, items, index);
    try {
      keys.check(pace);
    } catch (IllegalArgumentException e) {
      throw new ModelRejectedException(
          file.path(), Reason.ITEM_KEYS, String.valueOf(e.getMessage()));
    }
    return keys;
  }

  private static ItemKeys longs(WeightFile file, int items, MemorySegment index)
      throws ModelRejectedException {
    Tensor keys = file.require(KEYS, DataType.I64, paddedLongs(items));
    return new ItemKeys(file, Kind.LONG, items, index, slice(file, keys), MemorySegment.NULL);
  }

  private static ItemKeys texts(WeightFile file, int items, MemorySegment index)
      throws ModelRejectedException {
    Tensor offsets = file.require(OFFSETS, DataType.I64, paddedLongs(items + 1L));
    Tensor bytes = file.require(BYTES, DataType.U8, WeightFile.ANY);
    return new ItemKeys(file, Kind.TEXT, items, index, slice(file, offsets), slice(file, bytes));
  }

  private static MemorySegment slice(WeightFile file, Tensor tensor) {
    return file.data().asSlice(tensor.offset(), tensor.byteSize());
  }

  private void check(Pace pace) {
    if (kind == Kind.LONG) {
      ItemIndex.check(
          index,
          size,
          item -> ItemIndex.hash(longAt(item)),
          (item, other) -> longAt(item) == longAt(other),
          pace);
    } else {
      checkTexts(pace);
      ItemIndex.check(
          index,
          size,
          item -> ItemIndex.hash(bytes, longAt(item), length(item)),
          (item, other) -> sameText(item, bytes, longAt(other), length(other)),
          pace);
    }
  }

  private void checkTexts(Pace pace) {
    if (longAt(0) != 0) {
      throw new IllegalArgumentException(
          OFFSETS + ": found " + longAt(0) + " as the first, expected 0");
    }
    for (int item = 0; item < size; item++) {
      if (item % ItemIndex.SLICE == 0) {
        pace.pause();
      }
      long start = longAt(item);
      long end = longAt(item + 1);
      // The start was the end of the item before, so it is known to lie within the bytes.
      if (end < start || end - start > TEXT_LIMIT || end > bytes.byteSize()) {
        throw new IllegalArgumentException(
            OFFSETS
                + ": found the end "
                + end
                + " of the key of item "
                + item
                + ", expected from "
                + start
                + " to at most "
                + Math.min(start + TEXT_LIMIT, bytes.byteSize()));
      }
      if (!Utf8.isValid(bytes, start, end - start)) {
        throw new IllegalArgumentException(
            BYTES + ": found malformed UTF-8 in the key of item " + item);
      }
    }
    long expected = paddedBytes(longAt(size));
    if (bytes.byteSize() != expected) {
      throw new IllegalArgumentException(
          BYTES + ": found " + bytes.byteSize() + " bytes, expected " + expected);
    }
  }

  /** {@return the digest of the weight file whose items these are} */
  public String digest() {
    return file.digest();
  }

  /** {@return the number of items} */
  public int size() {
    return size;
  }

  /** {@return the kind of the keys} */
  public Kind kind() {
    return kind;
  }

  /**
   * Looks up a 64-bit key; does not allocate.
   *
   * @param key the external key
   * @return the index of the item, or {@link #UNKNOWN} if there is none or the keys are text
   */
  public int indexOf(long key) {
    file.requireOpen();
    if (kind != Kind.LONG) {
      return UNKNOWN;
    }
    int slot = (int) ItemIndex.hash(key) & mask;
    int item = itemIn(slot);
    while (item != ItemIndex.EMPTY && longAt(item) != key) {
      slot = (slot + 1) & mask;
      item = itemIn(slot);
    }
    return item;
  }

  /**
   * Looks up a key by its textual form: the text itself, or the decimal form of a 64-bit key as
   * {@link Long#toString(long)} writes it.
   *
   * @param key the external key
   * @return the index of the item, or {@link #UNKNOWN} if there is none
   */
  public int indexOf(String key) {
    return kind == Kind.LONG ? indexOfDecimal(key) : indexOfText(key);
  }

  private int indexOfDecimal(String key) {
    try {
      long value = Long.parseLong(key);
      return Long.toString(value).equals(key) ? indexOf(value) : UNKNOWN;
    } catch (NumberFormatException e) {
      return UNKNOWN;
    }
  }

  private int indexOfText(String key) {
    byte[] encoded = Utf8.encode(key);
    return encoded == null ? UNKNOWN : indexOf(encoded, 0, encoded.length);
  }

  /**
   * Looks up a key by its textual form in UTF-8, as {@link #indexOf(String)} does; does not
   * allocate.
   *
   * @param utf8 holds the external key
   * @param offset the index of its first byte
   * @param length the number of its bytes
   * @return the index of the item, or {@link #UNKNOWN} if there is none
   * @throws IndexOutOfBoundsException if the array is shorter
   */
  public int indexOf(byte[] utf8, int offset, int length) {
    Bounds.requireElements("key", offset, length, utf8.length);
    file.requireOpen();
    if (kind == Kind.LONG) {
      return DecimalKeys.isCanonical(utf8, offset, length)
          ? indexOf(DecimalKeys.parse(utf8, offset, length))
          : UNKNOWN;
    }
    int slot = (int) ItemIndex.hash(utf8, offset, length) & mask;
    int item = itemIn(slot);
    while (item != ItemIndex.EMPTY && !sameText(item, utf8, offset, length)) {
      slot = (slot + 1) & mask;
      item = itemIn(slot);
    }
    return item;
  }

  /**
   * Reads a 64-bit key; does not allocate.
   *
   * @param item the index of an item
   * @return its key
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws IllegalStateException if the keys are text
   */
  public long longKey(int item) {
    if (kind != Kind.LONG) {
      throw new IllegalStateException("the item keys are text, expected 64-bit keys");
    }
    file.requireOpen();
    return longAt(requireItem(item));
  }

  /**
   * Reads the textual form of a key of either kind.
   *
   * @param item the index of an item
   * @return its key as text
   * @throws IndexOutOfBoundsException if there is no such item
   */
  public String text(int item) {
    file.requireOpen();
    requireItem(item);
    if (kind == Kind.LONG) {
      return Long.toString(longAt(item));
    }
    byte[] text = new byte[length(item)];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, longAt(item), text, 0, text.length);
    file.requireOpen();
    return new String(text, StandardCharsets.UTF_8);
  }

  /**
   * Copies the textual form of a key of either kind in UTF-8; does not allocate.
   *
   * @param item the index of an item
   * @param target receives the bytes from its start on; {@link #TEXT_LIMIT} are always enough
   * @return the number of bytes
   * @throws IndexOutOfBoundsException if there is no such item or the target is shorter
   */
  public int copyText(int item, byte[] target) {
    file.requireOpen();
    requireItem(item);
    if (kind == Kind.LONG) {
      return DecimalKeys.write(longAt(item), target);
    }
    long start = longAt(item);
    int length = (int) (longAt(item + 1) - start);
    Bounds.requireElements("target", 0, length, target.length);
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, start, target, 0, length);
    file.requireOpen();
    return length;
  }

  private int requireItem(int item) {
    return Bounds.requireIndex("item", item, size);
  }

  // The memory may hold another file by now, so this checks every value that it reads.

  private int itemIn(int slot) {
    int item = index.get(LittleEndian.INT, (long) slot * Integer.BYTES);
    file.requireOpen();
    return item;
  }

  private long longAt(int position) {
    long value = longs.get(LittleEndian.LONG, (long) position * Long.BYTES);
    file.requireOpen();
    return value;
  }

  private int length(int item) {
    return (int) (longAt(item + 1) - longAt(item));
  }

  private boolean sameText(int item, MemorySegment text, long offset, long length) {
    long start = longAt(item);
    boolean same =
        length(item) == length
            && MemorySegment.mismatch(bytes, start, start + length, text, offset, offset + length)
                < 0;
    file.requireOpen();
    return same;
  }

  private boolean sameText(int item, byte[] text, int offset, int length) {
    long start = longAt(item);
    if (length(item) != length) {
      return false;
    }
    int same = 0;
    while (same < length && bytes.get(ValueLayout.JAVA_BYTE, start + same) == text[offset + same]) {
      same++;
    }
    file.requireOpen();
    return same == length;
  }

  static void requireSize(int items) {
    if (items < 1 || items > ItemIndex.ITEM_LIMIT) {
      throw new IllegalArgumentException(
          "items: found " + items + ", expected 1 to " + ItemIndex.ITEM_LIMIT);
    }
  }

  static long paddedLongs(long count) {
    return OffHeap.align(count * Long.BYTES) / Long.BYTES;
  }

  static long paddedBytes(long count) {
    return OffHeap.align(Math.max(1, count));
  }

  static void addIndex(WeightFileWriter writer, int[] index) {
    writer.tensor(
        INDEX,
        DataType.I32,
        output -> {
          for (int item : index) {
            output.putInt(item);
          }
        },
        index.length);
  }
}
