package org.staccato.format;

/**
 * The external keys of the catalogue's items, read from the mapping of a weight file, which must
 * stay open. Thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ItemKeys {

  /** What a key is. */
  public enum Kind {
    /** A signed 64-bit integer. */
    LONG,
    /** A text in UTF-8. */
    TEXT
  }

  private ItemKeys() {}

  /**
   * Finds and checks the item keys of a weight file: every key can be found through the index.
   *
   * @param file an open weight file
   * @param items the number of items of the catalogue, at least 1
   * @return the keys, valid until the file is closed
   * @throws ModelRejectedException if the file has no keys or they are inconsistent
   */
  public static ItemKeys open(WeightFile file, int items) throws ModelRejectedException {
    throw new UnsupportedOperationException();
  }

  /** {@return the number of items} */
  public int size() {
    throw new UnsupportedOperationException();
  }

  /** {@return the kind of the keys} */
  public Kind kind() {
    throw new UnsupportedOperationException();
  }

  /**
   * Looks up a 64-bit key; does not allocate.
   *
   * @param key the external key
   * @return the index of the item, or −1 if there is none or the keys are text
   */
  public int indexOf(long key) {
    throw new UnsupportedOperationException();
  }

  /**
   * Looks up a key by its textual form: the text itself, or the decimal form of a 64-bit key.
   *
   * @param key the external key
   * @return the index of the item, or −1 if there is none
   */
  public int indexOf(String key) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /**
   * Reads the textual form of a key of either kind.
   *
   * @param item the index of an item
   * @return its key as text
   * @throws IndexOutOfBoundsException if there is no such item
   */
  public String text(int item) {
    throw new UnsupportedOperationException();
  }
}
