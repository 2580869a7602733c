package org.staccato.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.json.Json;
import org.staccato.json.Json.JsonArray;
import org.staccato.json.Json.JsonBoolean;
import org.staccato.json.Json.JsonNumber;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.Json.JsonString;
import org.staccato.json.JsonException;

/**
 * The JSON form of a specification: one object for each part, with its kind as first member.
 * Refuses members that a kind does not have.
 */
final class SpecificationJson {
  private static final String INPUT = "input";
  private static final String LAYERS = "layers";
  private static final String HEADS = "heads";
  private static final String KIND = "kind";
  private static final String NAME = "name";
  private static final String ITEMS = "items";
  private static final String WIDTH = "width";
  private static final String KEYS = "keys";
  private static final String INPUTS = "inputs";
  private static final String UNITS = "units";
  private static final String INNER = "inner";
  private static final String SPAN = "span";
  private static final String TAPS = "taps";
  private static final String WINDOW = "window";
  private static final String OUTPUTS = "outputs";
  private static final String TIED = "tied";
  private static final String ACTIVATION = "activation";
  private static final String ATTRIBUTES = "attributes";
  private static final String LINK = "link";
  private static final String SEQUENCES = "sequences";
  private static final String ENTRIES = "entries";
  private static final String SAMPLE = "sample";
  private static final String NEAREST = "nearest";
  private static final String HISTORY = "history";
  private static final String SHARE = "share";

  private enum InputKind {
    ITEMS,
    FEATURES
  }

  private enum LayerKind {
    LSTM,
    GRU,
    LAYER_NORM,
    FEED_FORWARD,
    RESIDUAL,
    CONVOLUTION,
    ATTENTION
  }

  private enum HeadKind {
    RANKING,
    PREDICTION,
    NEIGHBOUR_MEMORY
  }

  private SpecificationJson() {}

  static JsonObject write(ModelSpecification specification) {
    return object(
        INPUT,
        write(specification.input()),
        LAYERS,
        new JsonArray(specification.layers().stream().<Json>map(SpecificationJson::write).toList()),
        HEADS,
        new JsonArray(specification.heads().stream().<Json>map(SpecificationJson::write).toList()));
  }

  private static JsonObject write(Input input) {
    return switch (input) {
      case ItemInput items ->
          withOptional(
              object(
                  KIND,
                  text(InputKind.ITEMS),
                  ITEMS,
                  number(items.items()),
                  WIDTH,
                  number(items.width()),
                  KEYS,
                  text(items.keys())),
              ATTRIBUTES,
              items.attributes().isEmpty() ? null : AttributeJson.write(items.attributes()));
      case FeatureInput features ->
          object(KIND, text(InputKind.FEATURES), WIDTH, number(features.width()));
    };
  }

  private static JsonObject write(Layer layer) {
    return switch (layer) {
      case Lstm lstm ->
          object(
              KIND,
              text(LayerKind.LSTM),
              INPUTS,
              number(lstm.inputs()),
              UNITS,
              number(lstm.units()));
      case Gru gru ->
          object(
              KIND, text(LayerKind.GRU), INPUTS, number(gru.inputs()), UNITS, number(gru.units()));
      case LayerNorm norm -> object(KIND, text(LayerKind.LAYER_NORM), WIDTH, number(norm.width()));
      case FeedForward network ->
          object(
              KIND,
              text(LayerKind.FEED_FORWARD),
              WIDTH,
              number(network.width()),
              INNER,
              number(network.inner()));
      case Residual residual ->
          object(
              KIND,
              text(LayerKind.RESIDUAL),
              WIDTH,
              number(residual.width()),
              SPAN,
              number(residual.span()));
      case Convolution convolution ->
          object(
              KIND,
              text(LayerKind.CONVOLUTION),
              WIDTH,
              number(convolution.width()),
              TAPS,
              number(convolution.taps()));
      case Attention attention ->
          object(
              KIND,
              text(LayerKind.ATTENTION),
              WIDTH,
              number(attention.width()),
              WINDOW,
              number(attention.window()));
    };
  }

  private static JsonObject write(Head head) {
    return switch (head) {
      case Ranking ranking ->
          withOptional(
              object(
                  KIND,
                  text(HeadKind.RANKING),
                  NAME,
                  new JsonString(ranking.name()),
                  INPUTS,
                  number(ranking.inputs()),
                  ITEMS,
                  number(ranking.items()),
                  TIED,
                  new JsonBoolean(ranking.tied())),
              LINK,
              ranking.link() == Link.NONE ? null : text(ranking.link()));
      case Prediction prediction ->
          object(
              KIND,
              text(HeadKind.PREDICTION),
              NAME,
              new JsonString(prediction.name()),
              INPUTS,
              number(prediction.inputs()),
              OUTPUTS,
              number(prediction.outputs()),
              ACTIVATION,
              text(prediction.activation()));
      case NeighbourMemory memory ->
          object(
              KIND,
              text(HeadKind.NEIGHBOUR_MEMORY),
              NAME,
              new JsonString(memory.name()),
              ITEMS,
              number(memory.items()),
              SEQUENCES,
              number(memory.sequences()),
              ENTRIES,
              number(memory.entries()),
              SAMPLE,
              number(memory.search().sample()),
              NEAREST,
              number(memory.search().nearest()),
              HISTORY,
              number(memory.search().history()),
              SHARE,
              new JsonNumber(Float.toString(memory.share())));
    };
  }

  /** Adds a member, unless it is null: files without the part do not change. */
  private static JsonObject withOptional(JsonObject object, String name, @Nullable Json value) {
    if (value == null) {
      return object;
    }
    Map<String, Json> members = new LinkedHashMap<>(object.members());
    members.put(name, value);
    return new JsonObject(members);
  }

  /** Makes an object of names and values that take turns. */
  static JsonObject object(Object... namesAndValues) {
    Map<String, Json> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], (Json) namesAndValues[i + 1]);
    }
    return new JsonObject(members);
  }

  static JsonString text(Enum<?> constant) {
    return new JsonString(constant.name());
  }

  static JsonNumber number(int value) {
    return JsonNumber.of(value);
  }

  static ModelSpecification read(JsonObject object) throws JsonException {
    requireMembers(object, INPUT, LAYERS, HEADS);
    List<Layer> layers = new ArrayList<>();
    for (JsonObject layer : object.objects(LAYERS)) {
      layers.add(readLayer(layer));
    }
    List<Head> heads = new ArrayList<>();
    for (JsonObject head : object.objects(HEADS)) {
      heads.add(readHead(head));
    }
    return new ModelSpecification(readInput(object.object(INPUT)), layers, heads);
  }

  private static Input readInput(JsonObject object) throws JsonException {
    return switch (object.constant(KIND, InputKind.class)) {
      case ITEMS -> {
        requireMembers(object, KIND, ITEMS, WIDTH, KEYS, ATTRIBUTES);
        yield new ItemInput(
            integer(object, ITEMS),
            integer(object, WIDTH),
            object.constant(KEYS, ItemKeys.Kind.class),
            object.members().containsKey(ATTRIBUTES)
                ? AttributeJson.read(object.objects(ATTRIBUTES))
                : List.of());
      }
      case FEATURES -> {
        requireMembers(object, KIND, WIDTH);
        yield new FeatureInput(integer(object, WIDTH));
      }
    };
  }

  private static Layer readLayer(JsonObject object) throws JsonException {
    return switch (object.constant(KIND, LayerKind.class)) {
      case LSTM -> {
        requireMembers(object, KIND, INPUTS, UNITS);
        yield new Lstm(integer(object, INPUTS), integer(object, UNITS));
      }
      case GRU -> {
        requireMembers(object, KIND, INPUTS, UNITS);
        yield new Gru(integer(object, INPUTS), integer(object, UNITS));
      }
      case LAYER_NORM -> {
        requireMembers(object, KIND, WIDTH);
        yield new LayerNorm(integer(object, WIDTH));
      }
      case FEED_FORWARD -> {
        requireMembers(object, KIND, WIDTH, INNER);
        yield new FeedForward(integer(object, WIDTH), integer(object, INNER));
      }
      case RESIDUAL -> {
        requireMembers(object, KIND, WIDTH, SPAN);
        yield new Residual(integer(object, WIDTH), integer(object, SPAN));
      }
      case CONVOLUTION -> {
        requireMembers(object, KIND, WIDTH, TAPS);
        yield new Convolution(integer(object, WIDTH), integer(object, TAPS));
      }
      case ATTENTION -> {
        requireMembers(object, KIND, WIDTH, WINDOW);
        yield new Attention(integer(object, WIDTH), integer(object, WINDOW));
      }
    };
  }

  private static Head readHead(JsonObject object) throws JsonException {
    return switch (object.constant(KIND, HeadKind.class)) {
      case RANKING -> {
        requireMembers(object, KIND, NAME, INPUTS, ITEMS, TIED, LINK);
        yield new Ranking(
            object.string(NAME),
            integer(object, INPUTS),
            integer(object, ITEMS),
            object.bool(TIED),
            object.members().containsKey(LINK) ? object.constant(LINK, Link.class) : Link.NONE);
      }
      case PREDICTION -> {
        requireMembers(object, KIND, NAME, INPUTS, OUTPUTS, ACTIVATION);
        yield new Prediction(
            object.string(NAME),
            integer(object, INPUTS),
            integer(object, OUTPUTS),
            object.constant(ACTIVATION, Activation.class));
      }
      case NEIGHBOUR_MEMORY -> {
        requireMembers(
            object, KIND, NAME, ITEMS, SEQUENCES, ENTRIES, SAMPLE, NEAREST, HISTORY, SHARE);
        yield new NeighbourMemory(
            object.string(NAME),
            integer(object, ITEMS),
            integer(object, SEQUENCES),
            integer(object, ENTRIES),
            new NeighbourMemory.Search(
                integer(object, SAMPLE), integer(object, NEAREST), integer(object, HISTORY)),
            object.number(SHARE));
      }
    };
  }

  static void requireMembers(JsonObject object, String... known) {
    Set<String> names = Set.of(known);
    for (String name : object.members().keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("found the unknown field \"" + name + "\"");
      }
    }
  }

  static int integer(JsonObject object, String field) throws JsonException {
    long value = object.integer(field);
    if (value != (int) value) {
      throw new IllegalArgumentException(field + ": found " + value + ", expected a 32-bit number");
    }
    return (int) value;
  }
}
