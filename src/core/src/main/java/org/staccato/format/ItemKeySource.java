package org.staccato.format;

import java.util.List;

/** The external keys of a catalogue, as a trainer holds them, on their way into a weight file. */
@SuppressWarnings("DoNotCallSuggester")
public final class ItemKeySource {

  private ItemKeySource() {}

  /**
   * Takes 64-bit keys.
   *
   * @param keys the key of item i at position i; at least one, all distinct; copied
   * @return the keys
   * @throws IllegalArgumentException if there is none or one occurs twice
   */
  public static ItemKeySource of(long... keys) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes text keys.
   *
   * @param keys the key of item i at position i; at least one, all distinct, each of at most 65,535
   *     bytes of UTF-8; copied
   * @return the keys
   * @throws IllegalArgumentException if there is none, one occurs twice, is too long or has an
   *     unpaired surrogate
   */
  public static ItemKeySource of(List<String> keys) {
    throw new UnsupportedOperationException();
  }

  /** {@return the kind of the keys} */
  public ItemKeys.Kind kind() {
    throw new UnsupportedOperationException();
  }

  /** {@return the number of items} */
  public int size() {
    throw new UnsupportedOperationException();
  }

  /**
   * Adds the tensors of the keys and of their index.
   *
   * @param writer the writer of the weight file
   */
  public void addTo(WeightFileWriter writer) {
    throw new UnsupportedOperationException();
  }
}
