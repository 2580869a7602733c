package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.staccato.model.FeatureInput;
import org.staccato.model.FeatureWeights;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.Input;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Parameter;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;

/**
 * The layout of the parameters of a network in one flat array, which is the same for the weights,
 * the gradients and the moments of an optimizer. The part of the network that uses a parameter
 * decides its storage. Immutable.
 *
 * <p>A reproducible training depends on the order of the parameters, because it is the order of
 * drawing first values and of summing the norm of the gradient. Parameters that decay come first,
 * the matrices of input and head before those of the layers.
 */
final class ParameterArray {

  private record Stored(Parameter parameter, ParameterLayout layout) {

    /** Describes a parameter with something for each item. */
    static Stored of(Parameter parameter, ParameterLayout layout, boolean sampled) {
      return new Stored(parameter, sampled ? layout.learntByRow() : layout);
    }
  }

  private final ModelSpecification specification;
  private final ItemInput input;
  private final Ranking ranking;
  private final List<LayerPass.Factory> layers = new ArrayList<>();
  private final Map<String, ParameterRange> ranges = new LinkedHashMap<>();
  private final @Nullable FeatureLearning itemFeatures;
  private final int decaying;
  private final int size;

  /**
   * Assigns a range of the array to each parameter of a network that is learnt with the whole
   * catalogue, without features of items, and whose biases start at 0.
   */
  ParameterArray(ModelSpecification specification, double embeddingScale) {
    this(specification, embeddingScale, 0, false, null);
  }

  /**
   * Assigns a range of the array to each parameter.
   *
   * @param embeddingScale the deviation of first values in a row of an item, times the root of its
   *     width
   * @param firstBias the first value of each item's bias
   * @param sampled whether a window scores a sample of the items only, so that what belongs to an
   *     item is learnt row by row
   * @param itemFeatures the features of the items, or null if there are none
   * @throws IllegalArgumentException if the trainer has no pass for a part of the network, or the
   *     weights do not fit one array
   */
  ParameterArray(
      ModelSpecification specification,
      double embeddingScale,
      float firstBias,
      boolean sampled,
      @Nullable FeatureLearning itemFeatures) {
    this.specification = specification;
    this.itemFeatures = itemFeatures;
    input = requireItems(specification.input());
    ranking = requireRanking(specification.heads());
    List<Stored> itemMatrices = new ArrayList<>();
    List<Stored> layerMatrices = new ArrayList<>();
    List<Stored> rest = new ArrayList<>();
    for (Parameter parameter : specification.parametersOfInput()) {
      if (parameter.name().equals(ModelSpecification.embeddingName())) {
        ParameterLayout layout = EmbeddingPass.layout(parameter, ranking.tied(), embeddingScale);
        itemMatrices.add(Stored.of(parameter, layout, sampled));
      } else {
        ParameterLayout layout = AttributePass.layout(specification.lowestRecurrent());
        layerMatrices.add(new Stored(parameter, layout));
      }
    }
    for (int number = 0; number < specification.layers().size(); number++) {
      LayerPass.Factory factory = LayerPass.factory(specification.layers().get(number));
      layers.add(factory);
      for (Parameter parameter : specification.parametersOfLayer(number)) {
        ParameterLayout layout = factory.layout(parameter);
        (parameter.decays() ? layerMatrices : rest).add(new Stored(parameter, layout));
      }
    }
    for (Parameter parameter : specification.parametersOf(ranking)) {
      ParameterLayout layout = RankingPass.layout(parameter, embeddingScale, firstBias);
      (parameter.decays() ? itemMatrices : rest).add(Stored.of(parameter, layout, sampled));
    }
    for (Parameter parameter : ComposedRows.parameters(input, ranking, itemFeatures)) {
      ParameterLayout layout = ComposedRows.layout(parameter, embeddingScale);
      (parameter.decays() ? itemMatrices : rest).add(new Stored(parameter, layout));
    }
    try {
      decaying = place(layerMatrices, place(itemMatrices, 0));
      size = place(rest, decaying);
    } catch (ArithmeticException e) {
      long weights = specification.parameters().stream().mapToLong(Parameter::elements).sum();
      throw new IllegalArgumentException(
          "network: found "
              + weights
              + " weights, expected less than 2³¹ with padding: choose smaller sizes",
          e);
    }
  }

  private static ItemInput requireItems(Input input) {
    return switch (input) {
      case ItemInput items -> items;
      case FeatureInput features ->
          throw new IllegalArgumentException(
              "input: found "
                  + features.width()
                  + " features, expected items: the trainer learns from sequences of items");
    };
  }

  private static Ranking requireRanking(List<Head> heads) {
    if (heads.size() > 1) {
      throw new IllegalArgumentException(
          "heads: found "
              + heads.stream().map(Head::name).toList()
              + ", expected one ranking: the trainer learns one head");
    }
    return switch (heads.getFirst()) {
      case Ranking ranking -> ranking;
      case Prediction prediction ->
          throw new IllegalArgumentException(
              "head \""
                  + prediction.name()
                  + "\": found a prediction, expected a ranking: the trainer learns what comes"
                  + " next");
      case NeighbourMemory memory -> throw new AssertionError("a memory goes with a ranking");
    };
  }

  /** Places parameters one after another; returns the index after them. */
  private int place(List<Stored> group, int offset) {
    int end = offset;
    for (Stored stored : group) {
      ParameterRange range = new ParameterRange(stored.parameter, stored.layout, end);
      ranges.put(stored.parameter.name(), range);
      end = Math.addExact(end, range.size());
    }
    return end;
  }

  ModelSpecification specification() {
    return specification;
  }

  ItemInput input() {
    return input;
  }

  Ranking ranking() {
    return ranking;
  }

  /** Returns the features of the items, or null if there are none. */
  @Nullable FeatureLearning itemFeatures() {
    return itemFeatures;
  }

  /** Returns the layers from the input upwards. */
  List<LayerPass.Factory> layers() {
    return layers;
  }

  /** Returns the number of weights, including padding. */
  int size() {
    return size;
  }

  /** Returns the number of leading weights that decay; the others do not. */
  int decaying() {
    return decaying;
  }

  /** Returns the ranges of all parameters, in the order of the array. */
  Iterable<ParameterRange> ranges() {
    return ranges.values();
  }

  /** Returns the range of a parameter of the specification. */
  ParameterRange range(String name) {
    ParameterRange range = ranges.get(name);
    if (range == null) {
      throw new IllegalArgumentException("parameter: found no \"" + name + "\"");
    }
    return range;
  }

  /** Draws the first values of all weights. */
  float[] initialise(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size];
    ranges.values().forEach(range -> range.initialise(values, random));
    return values;
  }

  /** Copies the weights, without padding and in the order of the specification. */
  Weights export(float[] values) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (Parameter parameter : specification.parameters()) {
      arrays.put(parameter.name(), range(parameter.name()).copy(values));
    }
    Weights weights = Weights.of(specification, arrays);
    if (itemFeatures == null) {
      return weights;
    }
    return weights.withFeatures(
        new FeatureWeights(
            itemFeatures.features().vocabulary(),
            FloatMatrix.of(range(ComposedRows.FEATURE_ROWS).copy(values), input.width()),
            FloatMatrix.of(range(ComposedRows.FEATURE_BIASES).copy(values), 1)));
  }
}
