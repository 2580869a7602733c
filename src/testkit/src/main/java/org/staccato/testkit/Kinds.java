package org.staccato.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.staccato.format.ItemKeys;
import org.staccato.model.Activation;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.EventAttribute;
import org.staccato.model.EventAttribute.Clock;
import org.staccato.model.FeatureInput;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.Head;
import org.staccato.model.Input;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Link;
import org.staccato.model.LocalClock;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.model.Residual;

/**
 * Every kind of layer and head that a specification may have, found by what the sealed interfaces
 * permit, with networks in which it takes part: for contracts that hold for all of them. A kind for
 * which there is no example here fails the tests.
 */
public final class Kinds {

  /** The width of the input: no multiple of anything. */
  private static final int INPUTS = 5;

  private static final int ITEMS = 75;

  /** A width beyond a block of 64 rows. */
  private static final int WIDE = 70;

  /** The widths of the layers, from the lowest upwards: beside what fills a group of 16. */
  private static final int[] WIDTHS = {17, 9, INPUTS};

  private Kinds() {}

  /** The kinds of layers. */
  public static List<Class<?>> ofLayers() {
    return permitted(Layer.class).toList();
  }

  /** The kinds of heads over the last layer: all but the memory, which takes nothing from it. */
  public static List<Class<?>> ofHeads() {
    return permitted(Head.class).filter(kind -> kind != NeighbourMemory.class).toList();
  }

  private static Stream<Class<?>> permitted(Class<?> kind) {
    return kind.isSealed()
        ? Arrays.stream(kind.getPermittedSubclasses()).flatMap(Kinds::permitted)
        : Stream.of(kind);
  }

  /**
   * A layer of a kind. One that keeps the width of its input ignores the other, or has it inside; a
   * residual connection goes around one layer.
   */
  public static Layer layer(Class<?> kind, int inputs, int width) {
    if (kind == Lstm.class) {
      return new Lstm(inputs, width);
    }
    if (kind == Gru.class) {
      return new Gru(inputs, width);
    }
    if (kind == LayerNorm.class) {
      return new LayerNorm(inputs);
    }
    if (kind == FeedForward.class) {
      return new FeedForward(inputs, width);
    }
    if (kind == Attention.class) {
      return new Attention(inputs, 2 + width % 5);
    }
    if (kind == Convolution.class) {
      return new Convolution(inputs, 2 + width % 3);
    }
    if (kind == Residual.class) {
      return new Residual(inputs, 1);
    }
    throw new AssertionError("there is no example of " + kind);
  }

  /** Heads of a kind on a network: one for each of its forms. */
  public static List<Head> heads(Class<?> kind, Input input, int width) {
    if (kind == Ranking.class) {
      if (!(input instanceof ItemInput items)) {
        return List.of();
      }
      List<Head> forms = new ArrayList<>();
      for (Link link : Link.values()) {
        forms.add(new Ranking(Ranking.NEXT, width, items.items(), false, link));
      }
      if (width == items.width()) {
        forms.add(new Ranking(Ranking.NEXT, width, items.items(), true));
      }
      return forms;
    }
    if (kind == Prediction.class) {
      return Arrays.stream(Activation.values())
          .<Head>map(activation -> new Prediction(RandomNetworks.PREDICTION, width, 3, activation))
          .toList();
    }
    throw new AssertionError("there is no example of " + kind);
  }

  /**
   * Networks with a layer of a kind below, between and above recurrent ones, over features and over
   * items, each with one form of all heads that its input allows. Residual connections come around
   * layers of the other kinds.
   */
  public static List<ModelSpecification> networksOf(Class<?> layer) {
    if (layer == Residual.class) {
      return networksOfBlocks();
    }
    List<ModelSpecification> networks = new ArrayList<>();
    for (List<Class<?>> kinds :
        List.of(
            List.<Class<?>>of(layer, Lstm.class),
            List.<Class<?>>of(Lstm.class, layer),
            List.<Class<?>>of(layer, Gru.class, layer),
            List.<Class<?>>of(Gru.class, layer, Lstm.class))) {
      networks.add(networkOf(new FeatureInput(INPUTS), kinds, false));
      networks.add(networkOf(items(), kinds, false));
      networks.add(networkOf(items(), kinds, kinds.size() == WIDTHS.length));
    }
    return networks.stream().distinct().toList();
  }

  /** Networks with residual connections below, around and above recurrent layers. */
  private static List<ModelSpecification> networksOfBlocks() {
    List<ModelSpecification> networks = new ArrayList<>();
    for (List<Layer> layers :
        List.of(
            List.<Layer>of(new Gru(INPUTS, INPUTS), new Residual(INPUTS, 1)),
            // Below the lowest recurrent layer, and above one that changes the width.
            List.<Layer>of(
                new LayerNorm(INPUTS),
                new Residual(INPUTS, 1),
                new Lstm(INPUTS, WIDTHS[1]),
                new FeedForward(WIDTHS[1], WIDTHS[0]),
                new Residual(WIDTHS[1], 1),
                new Gru(WIDTHS[1], INPUTS)),
            // The embedding twice, and what the recurrent layer takes.
            List.<Layer>of(
                new FeedForward(INPUTS, WIDTHS[0]),
                new Lstm(INPUTS, INPUTS),
                new Residual(INPUTS, 2),
                new Residual(INPUTS, 2),
                new Residual(INPUTS, 4)),
            // Around a convolution, which takes the item, and the layer above it.
            List.<Layer>of(
                new LayerNorm(INPUTS),
                new Convolution(INPUTS, 4),
                new Lstm(INPUTS, INPUTS),
                new Residual(INPUTS, 3),
                new Residual(INPUTS, 3)),
            // Over hidden states, with a ring that is full after a few steps.
            List.<Layer>of(
                new Gru(INPUTS, INPUTS),
                new LayerNorm(INPUTS),
                new Attention(INPUTS, 3),
                new Residual(INPUTS, 2)),
            // One within another.
            List.<Layer>of(
                new Lstm(INPUTS, INPUTS),
                new LayerNorm(INPUTS),
                new FeedForward(INPUTS, 1),
                new Residual(INPUTS, 1),
                new Residual(INPUTS, 3)),
            blocks(INPUTS, 2),
            blocks(WIDE, 1))) {
      int width = layers.getFirst().inputs();
      networks.add(network(new FeatureInput(width), layers, false));
      networks.add(network(new ItemInput(ITEMS, width, ItemKeys.Kind.LONG), layers, false));
      networks.add(network(new ItemInput(ITEMS, width, ItemKeys.Kind.LONG), layers, true));
    }
    return networks;
  }

  /**
   * Blocks of a recurrent layer, LSTM and GRU in turn, and a feed-forward network twice as wide,
   * each normalised before and with a residual connection around, and a last normalisation.
   */
  public static List<Layer> blocks(int width, int count) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      layers.add(new LayerNorm(width));
      layers.add(i % 2 == 0 ? new Lstm(width, width) : new Gru(width, width));
      layers.add(new Residual(width, 2));
      layers.add(new LayerNorm(width));
      layers.add(new FeedForward(width, 2 * width));
      layers.add(new Residual(width, 2));
    }
    layers.add(new LayerNorm(width));
    return layers;
  }

  /** An attribute of each kind, both hands of the clock among them. */
  public static List<EventAttribute> attributes() {
    return List.of(
        new EventAttribute.Category("type", List.of("buy", "view")),
        new EventAttribute.Level("value", List.of(1f, 2.5f, 4f)),
        new EventAttribute.Gap("gap", EventAttribute.Gap.USUAL_BUCKETS),
        new EventAttribute.Clock("hour", Clock.Unit.HOUR, LocalClock.of("Europe/Berlin")),
        new EventAttribute.Clock("weekday", Clock.Unit.WEEKDAY, LocalClock.of("UTC")));
  }

  /**
   * Networks that take attributes of events: below an LSTM and a GRU, alone, with a layer below the
   * recurrent one, and in blocks with residual connections around it.
   */
  public static List<ModelSpecification> networksOfEvents() {
    List<ModelSpecification> networks = new ArrayList<>();
    for (List<Layer> layers :
        List.of(
            List.<Layer>of(new Lstm(INPUTS, WIDTHS[0])),
            List.<Layer>of(new Gru(INPUTS, INPUTS), new Lstm(INPUTS, INPUTS)),
            List.<Layer>of(new LayerNorm(INPUTS), new Gru(INPUTS, WIDTHS[1])),
            blocks(INPUTS, 2),
            blocks(WIDE, 1))) {
      int width = layers.getFirst().inputs();
      ItemInput input = new ItemInput(ITEMS, width, ItemKeys.Kind.LONG, attributes());
      networks.add(network(input, layers, false));
    }
    ItemInput one = items().withAttributes(attributes().subList(0, 1));
    networks.add(network(one, List.of(new Gru(INPUTS, INPUTS)), true));
    return networks;
  }

  private static ItemInput items() {
    return new ItemInput(ITEMS, INPUTS, ItemKeys.Kind.LONG);
  }

  private static ModelSpecification networkOf(Input input, List<Class<?>> kinds, boolean tied) {
    List<Layer> layers = new ArrayList<>();
    int width = input.width();
    for (Class<?> kind : kinds) {
      layers.add(layer(kind, width, WIDTHS[layers.size()]));
      width = layers.getLast().width();
    }
    return network(input, layers, tied);
  }

  private static ModelSpecification network(Input input, List<Layer> layers, boolean tied) {
    int width = layers.getLast().width();
    List<Head> heads = new ArrayList<>();
    for (Class<?> kind : ofHeads()) {
      List<Head> forms = heads(kind, input, width);
      if (!forms.isEmpty()) {
        heads.add(tied ? forms.getLast() : forms.getFirst());
      }
    }
    return new ModelSpecification(input, layers, heads);
  }

  /** Networks with a head of a kind in each of its forms, and no other head. */
  public static List<ModelSpecification> networksWith(Class<?> head) {
    List<ModelSpecification> networks = new ArrayList<>();
    List<Layer> layers = List.of(new Lstm(INPUTS, WIDTHS[0]), new Gru(WIDTHS[0], INPUTS));
    for (Input input : List.of(items(), new FeatureInput(INPUTS))) {
      for (Head form : heads(head, input, INPUTS)) {
        networks.add(new ModelSpecification(input, layers, List.of(form)));
      }
    }
    return networks;
  }
}
