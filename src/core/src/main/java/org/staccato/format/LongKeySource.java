package org.staccato.format;

/** 64-bit keys and their index, on the heap. */
final class LongKeySource implements ItemKeySource {
  private final long[] keys;
  private final int[] index;

  LongKeySource(long[] keys) {
    ItemKeys.requireSize(keys.length);
    this.keys = keys.clone();
    this.index =
        ItemIndex.build(
            keys.length,
            item -> ItemIndex.hash(this.keys[item]),
            (item, other) -> this.keys[item] == this.keys[other]);
  }

  @Override
  public ItemKeys.Kind kind() {
    return ItemKeys.Kind.LONG;
  }

  @Override
  public int size() {
    return keys.length;
  }

  @Override
  public void addTo(WeightFileWriter writer) {
    long padded = ItemKeys.paddedLongs(keys.length);
    writer.tensor(
        ItemKeys.KEYS,
        DataType.I64,
        output -> {
          for (int item = 0; item < padded; item++) {
            output.putLong(item < keys.length ? keys[item] : 0);
          }
        },
        padded);
    ItemKeys.addIndex(writer, index);
  }
}
