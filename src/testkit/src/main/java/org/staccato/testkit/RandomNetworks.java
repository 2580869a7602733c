package org.staccato.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.staccato.export.MatrixTypes;
import org.staccato.export.Quantization;
import org.staccato.export.RememberedSequences;
import org.staccato.format.ItemKeys;
import org.staccato.model.Activation;
import org.staccato.model.Event;
import org.staccato.model.FeatureInput;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Weights;

/** Networks with random weights of the size that trained ones have. */
public final class RandomNetworks {

  /** The name of the head of networks that predict. */
  public static final String PREDICTION = "prediction";

  /** The weights of a ranking. */
  public static final String HEAD_WEIGHTS = ModelSpecification.headName(Ranking.NEXT, Head.WEIGHTS);

  /** The biases of a ranking. */
  public static final String HEAD_BIAS = ModelSpecification.headName(Ranking.NEXT, Head.BIAS);

  private RandomNetworks() {}

  /** Draws sequences of a memory, of 1 to a number of events each, which may repeat items. */
  public static RememberedSequences remembered(
      Random random, int items, int sequences, int longest) {
    RememberedSequences.Builder builder = new RememberedSequences.Builder(items);
    for (int i = 0; i < sequences; i++) {
      for (int item : sequence(random, items, 1 + random.nextInt(longest))) {
        builder.add(item);
      }
      builder.endSequence();
    }
    return builder.build();
  }

  /** Describes layers of one kind on an input, from the lowest upwards. */
  public static List<Layer> layers(Cell cell, int inputs, int... units) {
    List<Layer> layers = new ArrayList<>();
    int width = inputs;
    for (int size : units) {
      layers.add(cell.layer(width, size));
      width = size;
    }
    return layers;
  }

  /** Describes an untied network that ranks items with keys of numbers. */
  public static ModelSpecification ranking(Cell cell, int items, int width, int... units) {
    return ranking(layers(cell, width, units), items, ItemKeys.Kind.LONG, false);
  }

  /** Describes a network that ranks items. */
  public static ModelSpecification ranking(
      List<Layer> layers, int items, ItemKeys.Kind keys, boolean tied) {
    return new ModelSpecification(
        new ItemInput(items, layers.getFirst().inputs(), keys),
        layers,
        List.of(new Ranking(Ranking.NEXT, layers.getLast().width(), items, tied)));
  }

  /** Describes a network that predicts from features. */
  public static ModelSpecification prediction(
      List<Layer> layers, Activation activation, int outputs) {
    return new ModelSpecification(
        new FeatureInput(layers.getFirst().inputs()),
        layers,
        List.of(new Prediction(PREDICTION, layers.getLast().width(), outputs, activation)));
  }

  /** Draws the weights of a network. */
  public static Weights weights(Random random, ModelSpecification specification) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (Parameter parameter : specification.parameters()) {
      double deviation = 0.5;
      if (parameter.isMatrix()) {
        boolean ofLayer = parameter.name().startsWith("layer.");
        deviation = ofLayer ? 1 / Math.sqrt(parameter.columns()) : 1;
      }
      arrays.put(
          parameter.name(), floats(random, Math.toIntExact(parameter.elements()), deviation));
    }
    return Weights.of(specification, arrays);
  }

  /** Replaces the elements of some parameters. */
  public static Weights with(Weights weights, Map<String, float[]> replaced) {
    Map<String, FloatMatrix> elements = new LinkedHashMap<>();
    for (Parameter parameter : weights.specification().parameters()) {
      float[] array = replaced.get(parameter.name());
      elements.put(
          parameter.name(),
          array == null
              ? weights.get(parameter.name())
              : FloatMatrix.of(array, parameter.columns()));
    }
    return new Weights(weights.specification(), elements);
  }

  /** Replaces what ranks: a row of weights and a bias for each item. */
  public static Weights withOutput(Weights weights, float[] rows, float[] biases) {
    return with(weights, Map.of(HEAD_WEIGHTS, rows, HEAD_BIAS, biases));
  }

  /** The same weights but for one parameter. */
  public static Weights with(Weights weights, String parameter, FloatMatrix elements) {
    Map<String, FloatMatrix> all = new LinkedHashMap<>();
    for (Parameter each : weights.specification().parameters()) {
      all.put(each.name(), weights.get(each.name()));
    }
    all.put(parameter, elements);
    return new Weights(weights.specification(), all);
  }

  /** The same weights but for one parameter. */
  public static Weights with(Weights weights, String parameter, float[] elements) {
    int columns = weights.get(parameter).columns();
    return with(weights, parameter, FloatMatrix.of(elements, columns));
  }

  /** An untied network of LSTMs that ranks. */
  public static Weights network(Random random, int items, int width, int... units) {
    return network(random, Cell.LSTM, items, width, units);
  }

  /** An untied network that ranks. */
  public static Weights network(Random random, Cell cell, int items, int width, int... units) {
    return weights(random, ranking(cell, items, width, units));
  }

  /** A network that predicts from features. */
  public static Weights prediction(
      Random random, Cell cell, Activation activation, int features, int outputs, int... units) {
    return weights(random, prediction(layers(cell, features, units), activation, outputs));
  }

  /** Normally distributed numbers. */
  public static float[] floats(Random random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** An event on an item with everything known, or nothing. */
  public static Event event(Random random, int item) {
    Event event = new Event().item(item);
    if (random.nextInt(4) == 0) {
      return event;
    }
    long millis = random.nextLong(1L << 42);
    return event
        .type(List.of("buy", "view", "never seen").get(random.nextInt(3)))
        .value(6 * random.nextFloat())
        .millis(millis)
        .previousMillis(millis - random.nextLong(1L << random.nextInt(1, 42)));
  }

  /** Item indices. */
  public static int[] sequence(Random random, int items, int length) {
    return random.ints(length, 0, items).toArray();
  }

  /** The width of the hidden state of a layer. */
  public static int units(Weights weights, int layer) {
    return ((RecurrentLayer) weights.specification().layers().get(layer)).units();
  }

  /**
   * Writes a network with its matrices in any types; item i has the key 100 + i. The file may be as
   * far from its golden samples as these types make it.
   */
  public static Path write(Path path, Weights weights, MatrixTypes types) throws IOException {
    ModelFiles.write(path, weights);
    if (!types.equals(MatrixTypes.F32)) {
      Quantization.write(path, path, types, Double.POSITIVE_INFINITY);
    }
    return path;
  }
}
