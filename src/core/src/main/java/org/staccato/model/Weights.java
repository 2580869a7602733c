package org.staccato.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a network as a trainer holds them: for the name of each {@link Parameter} of a
 * specification its elements, row-major, unpadded and in the order that the part of the network
 * documents; a vector has one column.
 *
 * <p>Nothing is copied: the caller owns the elements and must not change them while they are being
 * exported.
 */
public final class Weights {
  private final ModelSpecification specification;
  private final Map<String, FloatMatrix> elements;
  private final @Nullable FeatureWeights features;

  /**
   * Creates weights from matrices.
   *
   * @param specification the specification of the network
   * @param elements the elements of each parameter, by its name
   * @throws IllegalArgumentException if one is absent, is not a parameter's, or has another shape
   */
  public Weights(ModelSpecification specification, Map<String, FloatMatrix> elements) {
    this.specification = specification;
    this.elements = new LinkedHashMap<>(elements);
    features = null;
    int parameters = 0;
    for (Parameter parameter : specification.parameters()) {
      FloatMatrix matrix = elements.get(parameter.name());
      if (matrix == null) {
        throw new IllegalArgumentException(
            "weights: found no \"" + parameter.name() + "\", expected " + shape(parameter));
      }
      if (matrix.rows() != parameter.rows() || matrix.columns() != parameter.columns()) {
        throw new IllegalArgumentException(
            "weights \"%s\": found %d × %d, expected %s"
                .formatted(parameter.name(), matrix.rows(), matrix.columns(), shape(parameter)));
      }
      parameters++;
    }
    if (elements.size() != parameters) {
      specification.parameters().forEach(parameter -> this.elements.remove(parameter.name()));
      throw new IllegalArgumentException(
          "weights: found " + this.elements.keySet() + ", which the specification does not have");
    }
  }

  private Weights(
      ModelSpecification specification,
      Map<String, FloatMatrix> elements,
      @Nullable FeatureWeights features) {
    this.specification = specification;
    this.elements = new LinkedHashMap<>(elements);
    this.features = features;
  }

  /**
   * Creates a part of the weights, for computations that need no other parameters; {@link #get}
   * refuses the others.
   *
   * @param specification the specification of the network
   * @param elements the elements of some parameters, by their names
   * @return the part
   */
  public static Weights part(ModelSpecification specification, Map<String, FloatMatrix> elements) {
    return new Weights(specification, elements, null);
  }

  /**
   * Creates weights from arrays.
   *
   * @param specification the specification of the network
   * @param arrays the elements of each parameter, by its name
   * @return the weights
   * @throws IllegalArgumentException if one is absent, is not a parameter's, or has another length
   */
  public static Weights of(ModelSpecification specification, Map<String, float[]> arrays) {
    Map<String, FloatMatrix> elements = new LinkedHashMap<>();
    Map<String, float[]> rest = new LinkedHashMap<>(arrays);
    for (Parameter parameter : specification.parameters()) {
      float[] array = rest.remove(parameter.name());
      if (array != null) {
        if (array.length != parameter.elements()) {
          throw new IllegalArgumentException(
              "weights \"%s\": found %d values, expected %s"
                  .formatted(parameter.name(), array.length, shape(parameter)));
        }
        elements.put(parameter.name(), FloatMatrix.of(array, parameter.columns()));
      }
    }
    rest.forEach((name, array) -> elements.put(name, FloatMatrix.of(array, 1)));
    return new Weights(specification, elements);
  }

  private static String shape(Parameter parameter) {
    return parameter.rows() + " × " + parameter.columns();
  }

  /**
   * Adds the features that the rows and biases of items are composed of.
   *
   * @param added what features add to them
   * @return the same weights with the features
   * @throws IllegalArgumentException if a row of a feature is not as wide as an embedding, or the
   *     ranking is not tied to the embeddings
   */
  public Weights withFeatures(FeatureWeights added) {
    ItemInput input = specification.itemInput();
    if (added.rows().columns() != input.width() || !specification.ranking().tied()) {
      throw new IllegalArgumentException(
          "features of items: found rows of "
              + added.rows().columns()
              + ", expected "
              + input.width()
              + " as an embedding, to which the ranking is tied");
    }
    return new Weights(specification, elements, added);
  }

  /** {@return what features add to the rows and biases of items, or empty if there are none} */
  public Optional<FeatureWeights> features() {
    return Optional.ofNullable(features);
  }

  /** {@return the specification of the network} */
  public ModelSpecification specification() {
    return specification;
  }

  /**
   * Returns the elements of a parameter.
   *
   * @param name its name
   * @return its elements
   * @throws IllegalArgumentException if the specification has no such parameter
   */
  public FloatMatrix get(String name) {
    FloatMatrix matrix = elements.get(name);
    if (matrix == null) {
      throw new IllegalArgumentException("weights: found no \"" + name + "\"");
    }
    return matrix;
  }

  /**
   * Returns the elements of a layer's parameter.
   *
   * @param layer the number of the layer, 0 for the lowest
   * @param parameter the name within the layer
   * @return its elements
   * @throws IllegalArgumentException if the layer has no such parameter
   */
  public FloatMatrix ofLayer(int layer, String parameter) {
    return get(ModelSpecification.layerName(layer, parameter));
  }

  /** {@return the embeddings of the items, a row for each} */
  public FloatMatrix embedding() {
    return get(ModelSpecification.embeddingName());
  }

  /**
   * Returns the matrix of a head, which for a tied ranking is that of the embeddings.
   *
   * @param head one of the specification's heads
   * @return a row for each output
   */
  public FloatMatrix matrixOf(Head head) {
    return head instanceof Ranking ranking && ranking.tied()
        ? embedding()
        : get(ModelSpecification.headName(head.name(), Head.WEIGHTS));
  }

  /**
   * Returns the biases of a head.
   *
   * @param head one of the specification's heads
   * @return one for each output
   */
  public FloatMatrix biasOf(Head head) {
    return get(ModelSpecification.headName(head.name(), Head.BIAS));
  }
}
