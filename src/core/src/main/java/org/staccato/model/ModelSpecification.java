package org.staccato.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.staccato.json.Json;
import org.staccato.json.JsonException;

/**
 * The specification of a network: an input, layers, and heads. It determines every parameter with
 * its name and shape, and the fields of a state.
 *
 * @param input the input of each step
 * @param layers the layers from the input upwards, 1 to {@link #LAYER_LIMIT}, at least one of them
 *     recurrent; each takes the output of the one below
 * @param heads the heads over the last layer, at least one: at most one ranking, one prediction,
 *     and one memory, which goes with a ranking
 */
public record ModelSpecification(Input input, List<Layer> layers, List<Head> heads) {

  /** The metadata key under which a weight file holds its specification. */
  public static final String METADATA_KEY = "staccato.specification";

  /** The largest catalogue. */
  public static final int ITEM_LIMIT = 1 << 28;

  /** The largest width of an embedding, a vector of features or a layer. */
  public static final int SIZE_LIMIT = 4096;

  /** The largest number of outputs of a prediction. */
  public static final int OUTPUT_LIMIT = 1 << 20;

  /** The largest width of the hidden layer of a feed-forward network. */
  public static final int INNER_LIMIT = 4 * SIZE_LIMIT;

  /** The largest number of layers. */
  public static final int LAYER_LIMIT = 64;

  /** The name of the field that keeps the last layer's output if that layer does not. */
  public static final String OUTPUT_FIELD = "output";

  private static final String INPUT_PART = "input";

  /**
   * Checks that the parts fit each other.
   *
   * @throws IllegalArgumentException if they do not
   */
  public ModelSpecification {
    layers = List.copyOf(layers);
    heads = List.copyOf(heads);
    Range.require("number of layers", layers.size(), LAYER_LIMIT);
    int width = input.width();
    for (int i = 0; i < layers.size(); i++) {
      requireInputs("layer " + i, layers.get(i).inputs(), width);
      if (layers.get(i) instanceof Residual residual) {
        requireReach(layers, i, residual);
      }
      width = layers.get(i).width();
    }
    if (layers.stream().noneMatch(RecurrentLayer.class::isInstance)) {
      throw new IllegalArgumentException("layers: found no recurrent layer, expected at least one");
    }
    if (input instanceof ItemInput items && !items.attributes().isEmpty()) {
      requireSumsOfItems(layers);
    }
    requireHeads(input, width, heads);
  }

  /** Checks that the rows of items are sums, to which those of attributes can be added. */
  private static void requireSumsOfItems(List<Layer> layers) {
    for (int number = 0; !(layers.get(number) instanceof RecurrentLayer); number++) {
      if (!layers.get(number).state().isEmpty()) {
        throw new IllegalArgumentException(
            ("layer %d: found a layer with a state below the lowest recurrent one, expected none in"
                    + " a network whose events have attributes")
                .formatted(number));
      }
    }
  }

  private static void requireReach(List<Layer> layers, int number, Residual residual) {
    if (residual.span() > number) {
      throw new IllegalArgumentException(
          "layer %d: found a residual around %d layers, expected at most the %d below it"
              .formatted(number, residual.span(), number));
    }
    int source = number - residual.span();
    if (layers.get(source).inputs() != residual.width()) {
      throw new IllegalArgumentException(
          "layer %d: found a residual that adds what layer %d takes, %d wide, expected %d as its own width"
              .formatted(number, source, layers.get(source).inputs(), residual.width()));
    }
  }

  private static void requireHeads(Input input, int width, List<Head> heads) {
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("heads: found none, expected at least one");
    }
    Set<String> names = new HashSet<>();
    Set<Class<?>> kinds = new HashSet<>();
    for (Head head : heads) {
      if (!(head instanceof NeighbourMemory)) {
        requireInputs("head \"" + head.name() + "\"", head.inputs(), width);
      }
      if (!names.add(head.name())) {
        throw new IllegalArgumentException("heads: found the name \"" + head.name() + "\" twice");
      }
      if (!kinds.add(head.getClass())) {
        throw new IllegalArgumentException(
            "heads: found two of a kind, expected at most one ranking, one prediction and one memory");
      }
      if (head instanceof Ranking ranking) {
        requireCatalogue(input, ranking);
      }
    }
    for (Head head : heads) {
      if (head instanceof NeighbourMemory memory) {
        requireRanking(memory, heads);
      }
    }
  }

  private static void requireRanking(NeighbourMemory memory, List<Head> heads) {
    for (Head head : heads) {
      if (head instanceof Ranking ranking) {
        if (ranking.items() != memory.items()) {
          throw new IllegalArgumentException(
              "head \"%s\": found %d items, expected those of the ranking, %d"
                  .formatted(memory.name(), memory.items(), ranking.items()));
        }
        return;
      }
    }
    throw new IllegalArgumentException(
        "head \"" + memory.name() + "\": found no ranking beside the memory, expected one");
  }

  private static void requireCatalogue(Input input, Ranking ranking) {
    if (!(input instanceof ItemInput catalogue)) {
      throw new IllegalArgumentException(
          "head \""
              + ranking.name()
              + "\": found a ranking over features, expected items as input");
    }
    if (ranking.items() != catalogue.items()) {
      throw new IllegalArgumentException(
          "head \""
              + ranking.name()
              + "\": found "
              + ranking.items()
              + " items, expected those of the input, "
              + catalogue.items());
    }
    if (ranking.tied() && ranking.inputs() != catalogue.width()) {
      throw new IllegalArgumentException(
          "head \""
              + ranking.name()
              + "\": found a last layer of width "
              + ranking.inputs()
              + ", expected the width of the embeddings that it is tied to, "
              + catalogue.width());
    }
  }

  private static void requireInputs(String part, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          part + ": found " + found + " inputs, expected " + expected + " from what lies below");
    }
  }

  /** {@return the input as items, or empty if the network takes features} */
  public Optional<ItemInput> findItemInput() {
    return input instanceof ItemInput items ? Optional.of(items) : Optional.empty();
  }

  /** {@return the head that ranks, or empty if there is none} */
  public Optional<Ranking> findRanking() {
    return find(Ranking.class);
  }

  /** {@return the head that predicts, or empty if there is none} */
  public Optional<Prediction> findPrediction() {
    return find(Prediction.class);
  }

  /** {@return the memory whose votes are blended with the ranking, or empty if there is none} */
  public Optional<NeighbourMemory> findMemory() {
    return find(NeighbourMemory.class);
  }

  private <H extends Head> Optional<H> find(Class<H> kind) {
    return heads.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /**
   * Returns the input of a network that takes items.
   *
   * @return the input
   * @throws WrongTaskException if the network takes features
   */
  public ItemInput itemInput() {
    if (input instanceof ItemInput items) {
      return items;
    }
    throw new WrongTaskException(
        "the model takes feature vectors and has no items: expected step(user, features)");
  }

  /**
   * Returns the input of a network that takes features.
   *
   * @return the input
   * @throws WrongTaskException if the network takes items
   */
  public FeatureInput featureInput() {
    if (input instanceof FeatureInput features) {
      return features;
    }
    throw new WrongTaskException(
        "the model takes items and no feature vectors: expected step(user, item)");
  }

  /**
   * Returns the head that ranks.
   *
   * @return the head
   * @throws WrongTaskException if there is none
   */
  public Ranking ranking() {
    return findRanking()
        .orElseThrow(() -> new WrongTaskException("the model predicts and does not rank items"));
  }

  /**
   * Returns the head that ranks, if its scores answer something about an item alone.
   *
   * @return the head
   * @throws WrongTaskException if there is none
   */
  public Ranking linkedRanking() {
    Ranking ranking = ranking();
    if (ranking.link() == Link.NONE) {
      throw new WrongTaskException(
          "the model ranks items and predicts neither a rating nor a click: expected one that was"
              + " trained with the objective rating or click");
    }
    return ranking;
  }

  /**
   * Returns the head that predicts.
   *
   * @return the head
   * @throws WrongTaskException if there is none
   */
  public Prediction prediction() {
    return findPrediction()
        .orElseThrow(
            () -> new WrongTaskException("the model ranks items and predicts nothing else"));
  }

  /** {@return the attributes of events that the network takes; none if it takes features} */
  public List<EventAttribute> attributes() {
    return input instanceof ItemInput items ? items.attributes() : List.of();
  }

  /**
   * Checks that the network takes nothing of an event but its item.
   *
   * @throws WrongTaskException if it takes attributes of events
   */
  public void requireItemsAlone() {
    if (!attributes().isEmpty()) {
      throw new WrongTaskException(
          "the model takes the attributes "
              + attributes().stream().map(EventAttribute::name).toList()
              + " of events, of which items alone are kept here: expected a model without"
              + " attributes, or step(user, event)");
    }
  }

  /** {@return the number of the lowest recurrent layer} */
  public int lowestRecurrentNumber() {
    int number = 0;
    while (!(layers.get(number) instanceof RecurrentLayer)) {
      number++;
    }
    return number;
  }

  /** {@return the lowest recurrent layer} */
  public RecurrentLayer lowestRecurrent() {
    return (RecurrentLayer) layers.get(lowestRecurrentNumber());
  }

  /**
   * Makes the same specification with another memory, or with one.
   *
   * @param memory the memory
   * @return the specification, whose last head is the memory
   * @throws IllegalArgumentException if the memory does not fit the ranking, or there is none
   */
  public ModelSpecification withMemory(NeighbourMemory memory) {
    List<Head> others = new ArrayList<>(heads);
    others.removeIf(NeighbourMemory.class::isInstance);
    others.add(memory);
    return new ModelSpecification(input, layers, others);
  }

  /** {@return the width of the last layer, which the heads take} */
  public int width() {
    return layers.getLast().width();
  }

  /** {@return all parameters: those of the input, of the layers from below, and of the heads} */
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(parametersOfInput());
    for (int layer = 0; layer < layers.size(); layer++) {
      all.addAll(parametersOfLayer(layer));
    }
    heads.forEach(head -> all.addAll(parametersOf(head)));
    return List.copyOf(all);
  }

  /** {@return the parameters of the input} */
  public List<Parameter> parametersOfInput() {
    return in(INPUT_PART, input.parameters(lowestRecurrent()));
  }

  /**
   * Returns the parameters of a layer.
   *
   * @param layer the number of the layer, 0 for the lowest
   * @return its parameters
   */
  public List<Parameter> parametersOfLayer(int layer) {
    return in("layer." + layer, layers.get(layer).parameters());
  }

  /**
   * Returns the parameters of a head.
   *
   * @param head one of the heads
   * @return its parameters
   */
  public List<Parameter> parametersOf(Head head) {
    return in("head." + head.name(), head.parameters());
  }

  private static List<Parameter> in(String part, List<Parameter> parameters) {
    return parameters.stream().map(parameter -> parameter.in(part)).toList();
  }

  /**
   * Composes the name of the embeddings.
   *
   * @return the name of the parameter
   */
  public static String embeddingName() {
    return INPUT_PART + "." + ItemInput.EMBEDDING;
  }

  /**
   * Composes the name of the weights of an attribute, which have a column for each of its values
   * and the rows of the lowest recurrent layer's input weights.
   *
   * @param attribute the attribute
   * @return the name of the parameter
   */
  public static String attributeName(EventAttribute attribute) {
    return INPUT_PART + "." + ItemInput.localName(attribute);
  }

  /**
   * Composes the name of a layer's parameter.
   *
   * @param layer the number of the layer, 0 for the lowest
   * @param parameter the name within the layer
   * @return the name of the parameter
   */
  public static String layerName(int layer, String parameter) {
    return "layer." + layer + "." + parameter;
  }

  /**
   * Composes the name of a head's parameter.
   *
   * @param head the name of the head
   * @param parameter the name within the head
   * @return the name of the parameter
   */
  public static String headName(String head, String parameter) {
    return "head." + head + "." + parameter;
  }

  /** {@return the specification as one line of JSON} */
  public String toJson() {
    return SpecificationJson.write(this).toString();
  }

  /**
   * Reads a specification; refuses unknown members.
   *
   * @param text the text that {@link #toJson} wrote
   * @return the specification
   * @throws IllegalArgumentException if the text is not JSON, a member is absent or of another
   *     type, or has a value that is not allowed
   */
  public static ModelSpecification fromJson(String text) {
    try {
      return SpecificationJson.read(Json.parseObject(text));
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
