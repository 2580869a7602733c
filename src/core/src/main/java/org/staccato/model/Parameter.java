package org.staccato.model;

/**
 * One array of a network's weights, as a trainer holds it. Its name is the same everywhere: it
 * names the tensor in a weight file, the place in the trainer's array, and the entry in {@link
 * Weights}.
 *
 * @param name {@code input.<name>}, {@code layer.<number>.<name>} or {@code head.<head>.<name>}; a
 *     part of a network that stands by itself has the last piece only
 * @param kind a matrix or a vector
 * @param rows the number of rows, at least 1; of a vector its length
 * @param columns the number of columns, at least 1; of a vector 1
 * @param decays whether weight decay applies
 */
public record Parameter(String name, Kind kind, int rows, int columns, boolean decays) {

  /** The kinds of parameters. */
  public enum Kind {
    /** A matrix that multiplies a vector, or whose rows are looked up. */
    MATRIX,
    /** A vector that is added or multiplies element by element. */
    VECTOR
  }

  /** Describes a matrix, which decays. */
  static Parameter matrix(String name, int rows, int columns) {
    return new Parameter(name, Kind.MATRIX, rows, columns, true);
  }

  /** Describes a vector, which does not decay. */
  static Parameter vector(String name, int size) {
    return new Parameter(name, Kind.VECTOR, size, 1, false);
  }

  /** Returns the same parameter as that of a part of a network. */
  Parameter in(String part) {
    return new Parameter(part + "." + name, kind, rows, columns, decays);
  }

  /** {@return whether it is a matrix} */
  public boolean isMatrix() {
    return kind == Kind.MATRIX;
  }

  /** {@return the number of its elements} */
  public long elements() {
    return (long) rows * columns;
  }

  /** {@return the last piece of its name, which identifies it within its part} */
  public String localName() {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
