package org.staccato.model;

/**
 * What features of items add to the rows and the biases of the items that have them, so that a new
 * item gets a row of its features. The rows of a network's {@link Weights} have it in them.
 *
 * @param vocabulary what the features mean, a text that this library only keeps
 * @param rows a row for each feature, as wide as an embedding
 * @param biases one for each feature
 */
public record FeatureWeights(String vocabulary, FloatMatrix rows, FloatMatrix biases) {

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if there is not one bias for each row
   */
  public FeatureWeights {
    if (biases.rows() != rows.rows() || biases.columns() != 1) {
      throw new IllegalArgumentException(
          "biases of features: found %d × %d, expected %d × 1"
              .formatted(biases.rows(), biases.columns(), rows.rows()));
    }
  }

  /** {@return the number of features} */
  public int count() {
    return rows.rows();
  }
}
