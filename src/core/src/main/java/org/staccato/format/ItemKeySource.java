package org.staccato.format;

import java.util.List;

/** Supplies the external keys of a catalogue to the writer of a weight file. Immutable. */
public sealed interface ItemKeySource permits LongKeySource, TextKeySource {

  /**
   * Creates a source of 64-bit keys.
   *
   * @param keys the key of item i at position i; at least one, all distinct; copied
   * @return the keys
   * @throws IllegalArgumentException if there is none or one occurs twice
   */
  static ItemKeySource of(long... keys) {
    return new LongKeySource(keys);
  }

  /**
   * Creates a source of text keys.
   *
   * @param keys the key of item i at position i; at least one, all distinct, each of at most {@link
   *     ItemKeys#TEXT_LIMIT} bytes of UTF-8; copied
   * @return the keys
   * @throws IllegalArgumentException if there is none, one occurs twice, is too long or has an
   *     unpaired surrogate
   */
  static ItemKeySource of(List<String> keys) {
    return new TextKeySource(keys);
  }

  /** {@return the kind of the keys} */
  ItemKeys.Kind kind();

  /** {@return the number of items} */
  int size();

  /**
   * Adds the tensors of the keys and of their index.
   *
   * @param writer the writer of the weight file
   */
  void addTo(WeightFileWriter writer);
}
