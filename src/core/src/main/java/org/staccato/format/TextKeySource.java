package org.staccato.format;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Text keys in UTF-8 and their index, on the heap. */
final class TextKeySource implements ItemKeySource {
  private final byte[][] keys;
  private final int[] index;
  private final long byteSize;

  TextKeySource(List<String> texts) {
    ItemKeys.requireSize(texts.size());
    keys = new byte[texts.size()][];
    long total = 0;
    for (int item = 0; item < keys.length; item++) {
      keys[item] = encode(item, texts.get(item));
      total += keys[item].length;
    }
    byteSize = total;
    long[] hashes = new long[keys.length];
    Arrays.setAll(
        hashes, item -> ItemIndex.hash(MemorySegment.ofArray(keys[item]), 0, keys[item].length));
    index =
        ItemIndex.build(
            keys.length,
            item -> hashes[item],
            (item, other) ->
                hashes[item] == hashes[other] && Arrays.equals(keys[item], keys[other]));
  }

  private static byte[] encode(int item, String text) {
    byte[] bytes = Utf8.encode(text);
    if (bytes == null) {
      throw new IllegalArgumentException(
          "item keys: the key of item " + item + " has an unpaired surrogate");
    }
    if (bytes.length > ItemKeys.TEXT_LIMIT) {
      throw new IllegalArgumentException(
          "item keys: the key of item "
              + item
              + " has "
              + bytes.length
              + " bytes, expected at most "
              + ItemKeys.TEXT_LIMIT);
    }
    return bytes;
  }

  @Override
  public ItemKeys.Kind kind() {
    return ItemKeys.Kind.TEXT;
  }

  @Override
  public int size() {
    return keys.length;
  }

  @Override
  public void addTo(WeightFileWriter writer) {
    long paddedOffsets = ItemKeys.paddedLongs(keys.length + 1L);
    writer.tensor(
        ItemKeys.OFFSETS,
        DataType.I64,
        output -> {
          long offset = 0;
          output.putLong(offset);
          for (byte[] key : keys) {
            offset += key.length;
            output.putLong(offset);
          }
          for (long i = keys.length + 1L; i < paddedOffsets; i++) {
            output.putLong(0);
          }
        },
        paddedOffsets);
    long paddedBytes = ItemKeys.paddedBytes(byteSize);
    writer.tensor(
        ItemKeys.BYTES,
        DataType.U8,
        output -> {
          for (byte[] key : keys) {
            output.putBytes(MemorySegment.ofArray(key));
          }
          output.putBytes(MemorySegment.ofArray(new byte[(int) (paddedBytes - byteSize)]));
        },
        paddedBytes);
    ItemKeys.addIndex(writer, index);
  }
}
