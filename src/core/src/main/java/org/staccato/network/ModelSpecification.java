package org.staccato.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.format.ItemKeys;
import org.staccato.format.Json;
import org.staccato.format.Json.JsonArray;
import org.staccato.format.Json.JsonBoolean;
import org.staccato.format.Json.JsonNumber;
import org.staccato.format.Json.JsonObject;
import org.staccato.format.Json.JsonString;
import org.staccato.format.JsonException;

/**
 * What a weight file's network is: the kind of its cells and all its sizes. Every tensor's shape
 * follows from it.
 *
 * @param cell the kind of cell of all layers
 * @param items the number of items in the catalogue, 1 to {@link #ITEM_LIMIT}
 * @param embeddingSize the width of an item's embedding, 1 to {@link #SIZE_LIMIT}
 * @param hiddenSizes the hidden units of each layer from the input upwards, 1 to {@link
 *     #LAYER_LIMIT} layers of 1 to {@link #SIZE_LIMIT} units
 * @param tied whether the output weights were the embedding when the network was trained
 * @param keyKind the kind of the items' external keys
 */
public record ModelSpecification(
    Cell cell,
    int items,
    int embeddingSize,
    List<Integer> hiddenSizes,
    boolean tied,
    ItemKeys.Kind keyKind) {

  /** The kinds of recurrent cells. */
  public enum Cell {
    /** Long short-term memory with forget gates and without peepholes. */
    LSTM
  }

  /** The metadata key under which a weight file holds its specification. */
  public static final String METADATA_KEY = "staccato.specification";

  /** The largest catalogue. */
  public static final int ITEM_LIMIT = 1 << 28;

  /** The largest width of an embedding or a layer. */
  public static final int SIZE_LIMIT = 4096;

  /** The largest number of layers. */
  public static final int LAYER_LIMIT = 64;

  private static final String CELL = "cell";
  private static final String ITEMS = "items";
  private static final String EMBEDDING_SIZE = "embeddingSize";
  private static final String HIDDEN_SIZES = "hiddenSizes";
  private static final String TIED = "tied";
  private static final String KEYS = "keys";

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is outside its range, or if a tied output does not
   *     have the embedding's width
   */
  public ModelSpecification {
    hiddenSizes = List.copyOf(hiddenSizes);
    requireRange(ITEMS, items, ITEM_LIMIT);
    requireRange(EMBEDDING_SIZE, embeddingSize, SIZE_LIMIT);
    requireRange("number of layers", hiddenSizes.size(), LAYER_LIMIT);
    for (int size : hiddenSizes) {
      requireRange(HIDDEN_SIZES, size, SIZE_LIMIT);
    }
    if (tied && hiddenSizes.getLast() != embeddingSize) {
      throw new IllegalArgumentException(
          "tied output: found a last layer of "
              + hiddenSizes.getLast()
              + " units, expected the embedding size "
              + embeddingSize);
    }
  }

  private static void requireRange(String field, int value, int limit) {
    if (value < 1 || value > limit) {
      throw new IllegalArgumentException(field + ": found " + value + ", expected 1 to " + limit);
    }
  }

  /**
   * The width of a layer's input.
   *
   * @param layer the layer, 0 for the lowest
   * @return the embedding's width for layer 0, else the hidden size of the layer below
   */
  public int inputSize(int layer) {
    return layer == 0 ? embeddingSize : hiddenSizes.get(layer - 1);
  }

  /** {@return the number of hidden units of the last layer} */
  public int outputSize() {
    return hiddenSizes.getLast();
  }

  /** {@return the specification as one line of JSON} */
  public String toJson() {
    Map<String, Json> members = new LinkedHashMap<>();
    members.put(CELL, new JsonString(cell.name()));
    members.put(ITEMS, JsonNumber.of(items));
    members.put(EMBEDDING_SIZE, JsonNumber.of(embeddingSize));
    members.put(
        HIDDEN_SIZES, new JsonArray(hiddenSizes.stream().<Json>map(JsonNumber::of).toList()));
    members.put(TIED, new JsonBoolean(tied));
    members.put(KEYS, new JsonString(keyKind.name()));
    return new JsonObject(members).toString();
  }

  /**
   * Reads a specification; names that are not known are refused.
   *
   * @param text what {@link #toJson} wrote
   * @return the specification
   * @throws JsonException if the text is not JSON or a member is absent or of another type
   * @throws IllegalArgumentException if a member has a value that is not allowed
   */
  public static ModelSpecification fromJson(String text) throws JsonException {
    JsonObject object = Json.parseObject(text);
    for (String name : object.members().keySet()) {
      if (!List.of(CELL, ITEMS, EMBEDDING_SIZE, HIDDEN_SIZES, TIED, KEYS).contains(name)) {
        throw new IllegalArgumentException("found the unknown field \"" + name + "\"");
      }
    }
    return new ModelSpecification(
        constant(Cell.class, CELL, object.string(CELL)),
        toInt(ITEMS, object.integer(ITEMS)),
        toInt(EMBEDDING_SIZE, object.integer(EMBEDDING_SIZE)),
        object.integers(HIDDEN_SIZES).stream().map(size -> toInt(HIDDEN_SIZES, size)).toList(),
        object.bool(TIED),
        constant(ItemKeys.Kind.class, KEYS, object.string(KEYS)));
  }

  private static int toInt(String field, long value) {
    if (value != (int) value) {
      throw new IllegalArgumentException(field + ": found " + value + ", expected a 32-bit number");
    }
    return (int) value;
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String field, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        field + ": found " + name + ", expected one of " + List.of(type.getEnumConstants()));
  }
}
