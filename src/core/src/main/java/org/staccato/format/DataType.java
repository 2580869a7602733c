package org.staccato.format;

/**
 * The element types of a tensor; the names of the constants are those of safetensors. All are
 * little-endian.
 */
public enum DataType {
  /** IEEE 754 binary32; always finite in a weight file. */
  F32(4),
  /** The upper half of a binary32; always finite in a weight file. */
  BF16(2),
  /** Signed 8-bit integers. */
  I8(1),
  /** Unsigned 8-bit integers. */
  U8(1),
  /** Signed 32-bit integers. */
  I32(4),
  /** Signed 64-bit integers. */
  I64(8);

  private final int byteSize;

  DataType(int byteSize) {
    this.byteSize = byteSize;
  }

  /** {@return the bytes of one element} */
  public int byteSize() {
    return byteSize;
  }
}
