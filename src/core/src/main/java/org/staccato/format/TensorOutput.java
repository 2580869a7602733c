package org.staccato.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Takes the elements of one tensor in row-major order. Buffered; confined to the thread that
 * writes. Each {@code put} refuses elements of another type than the tensor's and elements beyond
 * its end with an {@link IllegalStateException}, and numbers that are not finite with an {@link
 * IllegalArgumentException}.
 */
public final class TensorOutput {
  private final FileOutput output;
  private final String name;
  private final DataType type;
  private final long byteSize;
  private long position;

  TensorOutput(FileOutput output, String name, DataType type, long byteSize) {
    this.output = output;
    this.name = name;
    this.type = type;
    this.byteSize = byteSize;
  }

  /**
   * Puts one element of an F32 tensor.
   *
   * @param value a finite number
   * @throws IOException if the file cannot be written
   */
  public void putFloat(float value) throws IOException {
    require(DataType.F32);
    if (!FiniteCheck.isFinite(value)) {
      throw notFinite(value, position / Float.BYTES);
    }
    advance(Float.BYTES);
    output.room(Float.BYTES).putFloat(value);
  }

  /**
   * Puts one element of a BF16 tensor, rounded to the nearest number, ties to even.
   *
   * @param value a number that stays finite when it is rounded
   * @throws IOException if the file cannot be written
   */
  public void putBfloat16(float value) throws IOException {
    require(DataType.BF16);
    float rounded = bfloat16(value);
    if (!FiniteCheck.isFinite(rounded)) {
      throw notFinite(value, position / Short.BYTES);
    }
    advance(Short.BYTES);
    output.room(Short.BYTES).putShort((short) (Float.floatToRawIntBits(rounded) >>> 16));
  }

  /**
   * Rounds a number as {@link #putBfloat16} does.
   *
   * @param value a finite number
   * @return the nearest number that a BF16 tensor can hold, or an infinity beyond the largest
   */
  public static float bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
  }

  /**
   * Puts one element of an I8 tensor.
   *
   * @param value the element
   * @throws IOException if the file cannot be written
   */
  public void putByte(byte value) throws IOException {
    require(DataType.I8);
    advance(Byte.BYTES);
    output.room(Byte.BYTES).put(value);
  }

  /**
   * Puts one element of an I32 tensor.
   *
   * @param value the element
   * @throws IOException if the file cannot be written
   */
  public void putInt(int value) throws IOException {
    require(DataType.I32);
    advance(Integer.BYTES);
    output.room(Integer.BYTES).putInt(value);
  }

  /**
   * Puts one element of an I64 tensor.
   *
   * @param value the element
   * @throws IOException if the file cannot be written
   */
  public void putLong(long value) throws IOException {
    require(DataType.I64);
    advance(Long.BYTES);
    output.room(Long.BYTES).putLong(value);
  }

  /**
   * Puts the little-endian bytes of elements of any type.
   *
   * @param bytes the bytes of whole elements; F32 elements must be finite
   * @throws IOException if the file cannot be written
   */
  public void putBytes(MemorySegment bytes) throws IOException {
    if (bytes.byteSize() % type.byteSize() != 0) {
      throw new IllegalStateException(
          field() + "found " + bytes.byteSize() + " bytes, expected whole elements of " + type);
    }
    long index = FiniteCheck.firstNotFinite(type, bytes, Pace.full());
    if (index >= 0) {
      throw notFinite(FiniteCheck.value(type, bytes, index), position / type.byteSize() + index);
    }
    advance(bytes.byteSize());
    output.put(bytes);
  }

  /** Checks that all elements were put. */
  void finish() {
    if (position != byteSize) {
      throw new IllegalStateException(
          field() + "found " + position + " bytes, expected " + byteSize);
    }
  }

  private void require(DataType put) {
    if (type != put) {
      throw new IllegalStateException(field() + "found an element " + put + ", expected " + type);
    }
  }

  private void advance(long bytes) {
    if (bytes > byteSize - position) {
      throw new IllegalStateException(
          field() + "found more elements than the " + byteSize / type.byteSize() + " expected");
    }
    position += bytes;
  }

  private IllegalArgumentException notFinite(float value, long index) {
    return new IllegalArgumentException(
        field()
            + "found "
            + value
            + " as element "
            + index
            + ", expected finite numbers below 2^64");
  }

  private String field() {
    return "tensor \"" + name + "\": ";
  }
}
