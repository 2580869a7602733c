package org.staccato.format;

import java.util.List;

/**
 * The place of a tensor in its weight file; its elements are row-major without gaps.
 *
 * @param name the unique name
 * @param type the element type
 * @param shape the dimensions, outermost first, each at least 1
 * @param offset the absolute offset of the first byte in the file, a multiple of 64
 * @param byteSize the number of bytes, a multiple of 64
 */
public record Tensor(String name, DataType type, List<Long> shape, long offset, long byteSize) {

  /** Copies the shape. */
  public Tensor {
    shape = List.copyOf(shape);
  }

  /** {@return the number of elements} */
  public long elements() {
    return byteSize / type.byteSize();
  }

  /** {@return the absolute offset of the first byte after the tensor} */
  public long end() {
    return offset + byteSize;
  }

  /**
   * Computes the number of bytes of a tensor from its type and shape.
   *
   * @throws IllegalArgumentException if the shape has too many dimensions, one below 1, or more
   *     bytes than a long can count
   */
  static long byteSize(DataType type, List<Long> shape) {
    if (shape.size() > WeightFile.RANK_LIMIT) {
      throw new IllegalArgumentException(
          "found " + shape.size() + " dimensions, expected at most " + WeightFile.RANK_LIMIT);
    }
    try {
      long byteSize = type.byteSize();
      for (long dimension : shape) {
        if (dimension < 1) {
          throw new IllegalArgumentException(
              "found the shape " + shape + ", expected dimensions of at least 1");
        }
        byteSize = Math.multiplyExact(byteSize, dimension);
      }
      return byteSize;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "found the shape " + shape + ", whose size in bytes exceeds 63 bits", e);
    }
  }
}
