package org.staccato.trainer.learn;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.trainer.feature.ItemFeatures;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/**
 * Composes the rows and the biases of items that have features:
 *
 * <pre>
 * row  = own row  + Σ weight · row of the feature
 * bias = own bias + Σ weight · bias of the feature
 * </pre>
 *
 * <p>All passes read the composed rows in the place of the embeddings and leave their gradient
 * there; this class hands it on to the parts, so that the rows themselves are never moved by an
 * optimizer. The rows and biases of items without features are their own parts.
 *
 * <p>Thread-safe as long as each thread works on another part of the items or features.
 */
final class ComposedRows {
  private static final String OWN_ROWS = "items.own.rows";
  private static final String OWN_BIASES = "items.own.biases";

  /** The rows of features, width by embedding. */
  static final String FEATURE_ROWS = "items.features.rows";

  /** The biases of features. */
  static final String FEATURE_BIASES = "items.features.biases";

  private final ItemFeatures features;
  private final float itemDropout;
  private final Part whole;
  private final Part own;
  private final Part ofFeatures;

  /** The rows and the biases of items or features, in the array of all weights. */
  private record Part(int rows, int biases, int width) {
    static Part of(ParameterArray parameters, String rows, String biases) {
      ParameterRange matrix = parameters.range(rows);
      int width = Matrix.padded(matrix.parameter().columns());
      return new Part(matrix.offset(), parameters.range(biases).offset(), width);
    }

    int row(int number) {
      return rows + number * width;
    }
  }

  ComposedRows(ParameterArray parameters, FeatureLearning learning) {
    features = learning.features();
    itemDropout = learning.itemDropout();
    Ranking ranking = parameters.ranking();
    whole =
        Part.of(
            parameters,
            ModelSpecification.embeddingName(),
            ModelSpecification.headName(ranking.name(), Head.BIAS));
    own = Part.of(parameters, OWN_ROWS, OWN_BIASES);
    ofFeatures = Part.of(parameters, FEATURE_ROWS, FEATURE_BIASES);
  }

  /**
   * Describes the parts of the rows, for a network that has features.
   *
   * @throws IllegalArgumentException if the ranking is not tied to the embeddings, or the features
   *     are those of another catalogue
   */
  static List<Parameter> parameters(
      ItemInput input, Ranking ranking, @Nullable FeatureLearning learning) {
    if (learning == null) {
      return List.of();
    }
    if (!ranking.tied()) {
      throw new IllegalArgumentException(
          "item features: found an output with weights of its own, expected one tied to the"
              + " embeddings: the last layer must be as wide as they are");
    }
    ItemFeatures features = learning.features();
    if (features.items() != input.items()) {
      throw new IllegalArgumentException(
          "item features: found those of "
              + features.items()
              + " items, expected "
              + input.items());
    }
    Parameter.Kind matrix = Parameter.Kind.MATRIX;
    Parameter.Kind vector = Parameter.Kind.VECTOR;
    return List.of(
        new Parameter(OWN_ROWS, matrix, input.items(), input.width(), true),
        new Parameter(FEATURE_ROWS, matrix, features.features(), input.width(), true),
        new Parameter(OWN_BIASES, vector, input.items(), 1, false),
        new Parameter(FEATURE_BIASES, vector, features.features(), 1, false));
  }

  /**
   * Describes the storage and the first values of a part: own rows start like embeddings, what
   * belongs to features starts at 0, so that a training begins like one without features.
   */
  static ParameterLayout layout(Parameter parameter, double scale) {
    if (!parameter.isMatrix()) {
      return ParameterLayout.vector(1, Initializer.ZERO);
    }
    return parameter.name().equals(OWN_ROWS)
        ? EmbeddingPass.layout(parameter, false, scale)
        : ParameterLayout.rows(Initializer.ZERO);
  }

  /**
   * Composes rows and biases.
   *
   * @param values all weights
   * @param dropped whether some items lack their own part
   * @param seed selects these items
   * @param part the number of the part of the items
   * @param parts the number of parts
   */
  void compose(float[] values, boolean dropped, int seed, int part, int parts) {
    int end = from(features.items(), part + 1, parts);
    for (int item = from(features.items(), part, parts); item < end; item++) {
      int row = whole.row(item);
      int bias = whole.biases + item;
      if (dropped && isDropped(item, seed)) {
        Arrays.fill(values, row, row + whole.width, 0f);
        values[bias] = 0;
      } else {
        System.arraycopy(values, own.row(item), values, row, whole.width);
        values[bias] = values[own.biases + item];
      }
      features.ofItem(
          item,
          (feature, weight) -> {
            Elements.multiplyAdd(weight, values, ofFeatures.row(feature), values, row, whole.width);
            values[bias] += weight * values[ofFeatures.biases + feature];
          });
    }
  }

  /** Adds the gradient of rows and biases to that of the features of one part. */
  void backwardToFeatures(float[] gradient, int part, int parts) {
    int end = from(features.features(), part + 1, parts);
    for (int feature = from(features.features(), part, parts); feature < end; feature++) {
      int row = ofFeatures.row(feature);
      int bias = ofFeatures.biases + feature;
      features.ofFeature(
          feature,
          (item, weight) -> {
            Elements.multiplyAdd(weight, gradient, whole.row(item), gradient, row, whole.width);
            gradient[bias] += weight * gradient[whole.biases + item];
          });
    }
  }

  /**
   * Moves the gradient of rows and biases to the own parts of the items of one part, after that of
   * all features has been added.
   */
  void backwardToItems(float[] gradient, int seed, int part, int parts) {
    int end = from(features.items(), part + 1, parts);
    for (int item = from(features.items(), part, parts); item < end; item++) {
      int row = whole.row(item);
      int bias = whole.biases + item;
      if (!isDropped(item, seed)) {
        Elements.multiplyAdd(1f, gradient, row, gradient, own.row(item), whole.width);
        gradient[own.biases + item] += gradient[bias];
      }
      Arrays.fill(gradient, row, row + whole.width, 0f);
      gradient[bias] = 0;
    }
  }

  /** Tells whether an item lacks its own part, by the finaliser of MurmurHash3 (A. Appleby). */
  private boolean isDropped(int item, int seed) {
    if (itemDropout == 0 || !features.isDescribed(item)) {
      return false;
    }
    // Other bits than the dropout of elements takes, whose seed is the same.
    int hash = ~seed * 0x9e3779b1 + item;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    hash ^= hash >>> 16;
    return hash >>> 8 < itemDropout * (1 << 24);
  }

  private static int from(int count, int part, int parts) {
    return (int) ((long) count * part / parts);
  }
}
