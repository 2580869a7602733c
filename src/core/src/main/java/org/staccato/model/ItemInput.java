package org.staccato.model;

import java.util.List;
import org.staccato.format.ItemKeys;

/**
 * Takes an item of a catalogue: its embedding is the lowest layer's input.
 *
 * @param items the number of items in the catalogue, 1 to {@link ModelSpecification#ITEM_LIMIT}
 * @param width the width of an embedding, 1 to {@link ModelSpecification#SIZE_LIMIT}
 * @param keys the kind of the items' external keys
 */
public record ItemInput(int items, int width, ItemKeys.Kind keys) implements Input {

  /** The embeddings, a row for each item. */
  public static final String EMBEDDING = "embedding";

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is outside its range
   */
  public ItemInput {
    Range.require("items", items, ModelSpecification.ITEM_LIMIT);
    Range.require("width", width, ModelSpecification.SIZE_LIMIT);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(Parameter.matrix(EMBEDDING, items, width));
  }
}
