package org.staccato.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.staccato.format.ItemKeys;

/**
 * Takes an item of a catalogue: its embedding is the lowest layer's input. The attributes of the
 * event are added to the sums of the lowest recurrent layer, see {@link EventAttribute}.
 *
 * @param items the number of items in the catalogue, 1 to {@link ModelSpecification#ITEM_LIMIT}
 * @param width the width of an embedding, 1 to {@link ModelSpecification#SIZE_LIMIT}
 * @param keys the kind of the items' external keys
 * @param attributes the attributes of an event that the network takes beside the item, at most
 *     {@link EventAttribute#COUNT_LIMIT}, each with its own name; usually none
 */
public record ItemInput(int items, int width, ItemKeys.Kind keys, List<EventAttribute> attributes)
    implements Input {

  /** The embeddings, a row for each item. */
  public static final String EMBEDDING = "embedding";

  private static final String EVENT = "event.";

  /**
   * Describes an input without attributes.
   *
   * @param items the number of items in the catalogue
   * @param width the width of an embedding
   * @param keys the kind of the items' external keys
   * @throws IllegalArgumentException if a size is outside its range
   */
  public ItemInput(int items, int width, ItemKeys.Kind keys) {
    this(items, width, keys, List.of());
  }

  /**
   * Checks the sizes and the names.
   *
   * @throws IllegalArgumentException if a size is outside its range, or two attributes have the
   *     same name
   */
  public ItemInput {
    Range.require("items", items, ModelSpecification.ITEM_LIMIT);
    Range.require("width", width, ModelSpecification.SIZE_LIMIT);
    attributes = List.copyOf(attributes);
    if (attributes.size() > EventAttribute.COUNT_LIMIT) {
      throw new IllegalArgumentException(
          "attributes: found "
              + attributes.size()
              + ", expected at most "
              + EventAttribute.COUNT_LIMIT);
    }
    Set<String> names = new HashSet<>();
    for (EventAttribute attribute : attributes) {
      if (!names.add(attribute.name())) {
        throw new IllegalArgumentException(
            "attributes: found the name \"" + attribute.name() + "\" twice");
      }
    }
  }

  /**
   * Returns the same catalogue with other attributes.
   *
   * @param others the attributes
   * @return the input
   * @throws IllegalArgumentException if there are too many, or two have the same name
   */
  public ItemInput withAttributes(List<EventAttribute> others) {
    return new ItemInput(items, width, keys, others);
  }

  @Override
  public List<Parameter> parameters(RecurrentLayer lowest) {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.matrix(EMBEDDING, items, width));
    for (EventAttribute attribute : attributes) {
      int rows = lowest.gates() * lowest.units();
      parameters.add(Parameter.matrix(localName(attribute), rows, attribute.values()));
    }
    return List.copyOf(parameters);
  }

  /** Composes the name of an attribute's parameter within the input. */
  static String localName(EventAttribute attribute) {
    return EVENT + attribute.name();
  }
}
