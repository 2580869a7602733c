package org.staccato.trainer.learn;

/**
 * The storage of a parameter, in which it is the right operand of the products of the forward pass,
 * and its first values.
 *
 * @param transposed whether the columns of the parameter are stored as rows
 * @param blocks the number of equal blocks of rows, such as gates, each of which is padded
 * @param copied whether the products also need a copy in the other orientation
 * @param byRow whether the gradient of a window has only some rows, those of some items, so that an
 *     update moves only these
 * @param initializer draws the first values
 */
record ParameterLayout(
    boolean transposed, int blocks, boolean copied, boolean byRow, Initializer initializer) {

  /** Stores a matrix whose rows are looked up. */
  static ParameterLayout rows(Initializer initializer) {
    return new ParameterLayout(false, 1, false, false, initializer);
  }

  /** Stores a matrix that multiplies an input, transposed, with a copy for the backward pass. */
  static ParameterLayout transposed(int blocks, Initializer initializer) {
    return new ParameterLayout(true, blocks, true, false, initializer);
  }

  /** Stores a vector. */
  static ParameterLayout vector(int blocks, Initializer initializer) {
    return new ParameterLayout(true, blocks, false, false, initializer);
  }

  /** Asks for a copy in the other orientation. */
  ParameterLayout withCopy() {
    return new ParameterLayout(transposed, blocks, true, byRow, initializer);
  }

  /** Asks for updates of some rows, for which no copy is kept. */
  ParameterLayout learntByRow() {
    return new ParameterLayout(transposed, blocks, false, true, initializer);
  }
}
