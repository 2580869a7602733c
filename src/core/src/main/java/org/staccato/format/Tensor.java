package org.staccato.format;

import java.util.List;

/**
 * Where a tensor lies in its weight file; row-major without gaps.
 *
 * @param name the unique name
 * @param type the element type
 * @param shape the dimensions, outermost first, each at least 1
 * @param offset the absolute offset of the first byte in the file, a multiple of 64
 * @param byteSize the number of bytes, a multiple of 64
 */
public record Tensor(String name, DataType type, List<Long> shape, long offset, long byteSize) {

  /** Makes the shape immutable. */
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
}
