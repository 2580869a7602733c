package org.staccato.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Takes the elements of one tensor in row-major order. Buffered; confined to the thread that
 * writes. Each {@code put} refuses elements of another type than the tensor's and elements beyond
 * its end with an {@link IllegalStateException}, and floats that are not finite with an {@link
 * IllegalArgumentException}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class TensorOutput {

  TensorOutput() {}

  /**
   * Puts one element of an F32 tensor.
   *
   * @param value a finite number
   * @throws IOException if the file cannot be written
   */
  public void putFloat(float value) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts one element of an I32 tensor.
   *
   * @param value the element
   * @throws IOException if the file cannot be written
   */
  public void putInt(int value) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts one element of an I64 tensor.
   *
   * @param value the element
   * @throws IOException if the file cannot be written
   */
  public void putLong(long value) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts the little-endian bytes of elements of any type.
   *
   * @param bytes the bytes of whole elements
   * @throws IOException if the file cannot be written
   */
  public void putBytes(MemorySegment bytes) throws IOException {
    throw new UnsupportedOperationException();
  }
}
