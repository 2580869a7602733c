package org.staccato.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.staccato.format.ItemKeys;
import org.staccato.json.Json;
import org.staccato.json.Json.JsonArray;
import org.staccato.json.Json.JsonBoolean;
import org.staccato.json.Json.JsonNumber;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.Json.JsonString;
import org.staccato.json.JsonException;

/**
 * What a weight file's network is: the kind of its cells, what it is for, and all its sizes. Every
 * tensor's shape follows from it.
 *
 * @param cell the kind of cell of all layers
 * @param hiddenSizes the hidden units of each layer from the input upwards, 1 to {@link
 *     #LAYER_LIMIT} layers of 1 to {@link #SIZE_LIMIT} units
 * @param task what goes in and what comes out
 */
public record ModelSpecification(Cell cell, List<Integer> hiddenSizes, Task task) {

  /** The kinds of recurrent cells. */
  public enum Cell {
    /** Long short-term memory with forget gates and without peepholes. */
    LSTM(4),
    /** Gated recurrent unit in PyTorch's form: the reset gate is applied after the product. */
    GRU(3);

    private final int gates;

    Cell(int gates) {
      this.gates = gates;
    }

    /** {@return the rows of weights of a hidden unit: its gates and its candidate} */
    public int gates() {
      return gates;
    }
  }

  /** What a network does. */
  public sealed interface Task permits Ranking, Prediction {}

  /**
   * Takes items of a catalogue and scores the items of the same catalogue.
   *
   * @param items the number of items in the catalogue, 1 to {@link #ITEM_LIMIT}
   * @param embeddingSize the width of an item's embedding, 1 to {@link #SIZE_LIMIT}
   * @param tied whether the output weights were the embedding when the network was trained
   * @param keyKind the kind of the items' external keys
   */
  public record Ranking(int items, int embeddingSize, boolean tied, ItemKeys.Kind keyKind)
      implements Task {
    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if a size is outside its range
     */
    public Ranking {
      requireRange(ITEMS, items, ITEM_LIMIT);
      requireRange(EMBEDDING_SIZE, embeddingSize, SIZE_LIMIT);
    }
  }

  /**
   * Takes vectors of features and predicts numbers or classes.
   *
   * @param features the width of the vectors, 1 to {@link #SIZE_LIMIT}
   * @param outputs the number of outputs, 1 to {@link #OUTPUT_LIMIT}
   * @param activation what is applied to the sums of the linear layer on top
   */
  public record Prediction(int features, int outputs, Activation activation) implements Task {
    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if a size is outside its range
     */
    public Prediction {
      requireRange(FEATURES, features, SIZE_LIMIT);
      requireRange(OUTPUTS, outputs, OUTPUT_LIMIT);
    }
  }

  /** What a prediction applies to the sums of its linear layer. */
  public enum Activation {
    /** Nothing: the sums themselves. */
    LINEAR,
    /** The logistic function of each sum: independent probabilities. */
    SIGMOID,
    /** eˣ over the sum of all eˣ: the probabilities of classes, which add up to 1. */
    SOFTMAX
  }

  /** The metadata key under which a weight file holds its specification. */
  public static final String METADATA_KEY = "staccato.specification";

  /** The largest catalogue. */
  public static final int ITEM_LIMIT = 1 << 28;

  /** The largest width of an embedding, a vector of features or a layer. */
  public static final int SIZE_LIMIT = 4096;

  /** The largest number of outputs of a prediction. */
  public static final int OUTPUT_LIMIT = 1 << 20;

  /** The largest number of layers. */
  public static final int LAYER_LIMIT = 64;

  private static final String CELL = "cell";
  private static final String HIDDEN_SIZES = "hiddenSizes";
  private static final String ITEMS = "items";
  private static final String EMBEDDING_SIZE = "embeddingSize";
  private static final String TIED = "tied";
  private static final String KEYS = "keys";
  private static final String FEATURES = "features";
  private static final String OUTPUTS = "outputs";
  private static final String ACTIVATION = "activation";

  private static final Set<String> RANKING_NAMES =
      Set.of(CELL, HIDDEN_SIZES, ITEMS, EMBEDDING_SIZE, TIED, KEYS);
  private static final Set<String> PREDICTION_NAMES =
      Set.of(CELL, HIDDEN_SIZES, FEATURES, OUTPUTS, ACTIVATION);

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is outside its range, or if a tied output does not
   *     have the embedding's width
   */
  public ModelSpecification {
    hiddenSizes = List.copyOf(hiddenSizes);
    requireRange("number of layers", hiddenSizes.size(), LAYER_LIMIT);
    for (int size : hiddenSizes) {
      requireRange(HIDDEN_SIZES, size, SIZE_LIMIT);
    }
    if (task instanceof Ranking ranking
        && ranking.tied()
        && hiddenSizes.getLast() != ranking.embeddingSize()) {
      throw new IllegalArgumentException(
          "tied output: found a last layer of "
              + hiddenSizes.getLast()
              + " units, expected the embedding size "
              + ranking.embeddingSize());
    }
  }

  private static void requireRange(String field, int value, int limit) {
    if (value < 1 || value > limit) {
      throw new IllegalArgumentException(field + ": found " + value + ", expected 1 to " + limit);
    }
  }

  /**
   * Returns the task of a network that ranks items.
   *
   * @return the task
   * @throws WrongTaskException if the network predicts from features
   */
  public Ranking ranking() {
    if (task instanceof Ranking ranking) {
      return ranking;
    }
    throw new WrongTaskException(
        "the model predicts from feature vectors; it has no items to take or to rank");
  }

  /**
   * Returns the task of a network that predicts from features.
   *
   * @return the task
   * @throws WrongTaskException if the network ranks items
   */
  public Prediction prediction() {
    if (task instanceof Prediction prediction) {
      return prediction;
    }
    throw new WrongTaskException(
        "the model ranks items; it takes no feature vectors and predicts nothing else");
  }

  /**
   * The width of a layer's input.
   *
   * @param layer the layer, 0 for the lowest
   * @return the width of an embedding or of a vector of features for layer 0, else the hidden size
   *     of the layer below
   */
  public int inputSize(int layer) {
    if (layer > 0) {
      return hiddenSizes.get(layer - 1);
    }
    return switch (task) {
      case Ranking ranking -> ranking.embeddingSize();
      case Prediction prediction -> prediction.features();
    };
  }

  /** {@return the number of hidden units of the last layer} */
  public int outputSize() {
    return hiddenSizes.getLast();
  }

  /** {@return the specification as one line of JSON} */
  public String toJson() {
    Map<String, Json> members = new LinkedHashMap<>();
    members.put(CELL, new JsonString(cell.name()));
    members.put(
        HIDDEN_SIZES, new JsonArray(hiddenSizes.stream().<Json>map(JsonNumber::of).toList()));
    switch (task) {
      case Ranking ranking -> {
        members.put(ITEMS, JsonNumber.of(ranking.items()));
        members.put(EMBEDDING_SIZE, JsonNumber.of(ranking.embeddingSize()));
        members.put(TIED, new JsonBoolean(ranking.tied()));
        members.put(KEYS, new JsonString(ranking.keyKind().name()));
      }
      case Prediction prediction -> {
        members.put(FEATURES, JsonNumber.of(prediction.features()));
        members.put(OUTPUTS, JsonNumber.of(prediction.outputs()));
        members.put(ACTIVATION, new JsonString(prediction.activation().name()));
      }
    }
    return new JsonObject(members).toString();
  }

  /**
   * Reads a specification; names that are not known are refused.
   *
   * @param text what {@link #toJson} wrote
   * @return the specification
   * @throws IllegalArgumentException if the text is not JSON, a member is absent or of another
   *     type, or has a value that is not allowed
   */
  public static ModelSpecification fromJson(String text) {
    try {
      return of(Json.parseObject(text));
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static ModelSpecification of(JsonObject object) throws JsonException {
    boolean predicts = object.members().containsKey(FEATURES);
    Set<String> known = predicts ? PREDICTION_NAMES : RANKING_NAMES;
    for (String name : object.members().keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("found the unknown field \"" + name + "\"");
      }
    }
    return new ModelSpecification(
        constant(Cell.class, CELL, object.string(CELL)),
        object.integers(HIDDEN_SIZES).stream().map(size -> toInt(HIDDEN_SIZES, size)).toList(),
        predicts ? predictionOf(object) : rankingOf(object));
  }

  private static Ranking rankingOf(JsonObject object) throws JsonException {
    return new Ranking(
        toInt(ITEMS, object.integer(ITEMS)),
        toInt(EMBEDDING_SIZE, object.integer(EMBEDDING_SIZE)),
        object.bool(TIED),
        constant(ItemKeys.Kind.class, KEYS, object.string(KEYS)));
  }

  private static Prediction predictionOf(JsonObject object) throws JsonException {
    return new Prediction(
        toInt(FEATURES, object.integer(FEATURES)),
        toInt(OUTPUTS, object.integer(OUTPUTS)),
        constant(Activation.class, ACTIVATION, object.string(ACTIVATION)));
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
