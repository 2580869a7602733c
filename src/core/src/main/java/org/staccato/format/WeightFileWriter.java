package org.staccato.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Collects metadata and tensors and publishes them as one weight file. The bytes of the file depend
 * on nothing but what was added, in which order. Not thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class WeightFileWriter {

  /** Creates a writer without metadata and tensors. */
  public WeightFileWriter() {}

  /**
   * Adds a metadata entry.
   *
   * @param key the key; those of the format itself are refused
   * @param value the value
   * @return this
   * @throws IllegalArgumentException if the key was added before or belongs to the format
   */
  public WeightFileWriter metadata(String key, String value) {
    throw new UnsupportedOperationException();
  }

  /**
   * Adds a tensor whose elements are asked for when the file is written, so that they need not
   * exist twice.
   *
   * @param name the tensor's name
   * @param type the element type
   * @param source supplies the elements
   * @param shape the dimensions, outermost first, each at least 1; the byte size must be a multiple
   *     of 64
   * @return this
   * @throws IllegalArgumentException if the name was added before or the shape does not fit
   */
  public WeightFileWriter tensor(String name, DataType type, TensorSource source, long... shape) {
    throw new UnsupportedOperationException();
  }

  /**
   * Adds a tensor whose bytes lie in memory. They are not copied and must not change before the
   * file is published.
   *
   * @param name the tensor's name
   * @param type the element type
   * @param bytes the little-endian elements in row-major order
   * @param shape the dimensions, outermost first, each at least 1; the byte size must be a multiple
   *     of 64
   * @return this
   * @throws IllegalArgumentException if the name was added before or the shape does not fit
   */
  public WeightFileWriter tensor(String name, DataType type, MemorySegment bytes, long... shape) {
    return tensor(name, type, output -> output.putBytes(bytes), shape);
  }

  /**
   * Writes the file so that a reader sees the old one or the new one and nothing else, even after a
   * power failure: a temporary sibling is written and forced to the disk, renamed over the target,
   * and the folder is forced. On failure the temporary is deleted and the target is what it was.
   *
   * @param target the weight file; replaced if it exists; its folder must exist
   * @return the digest of the file
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if an F32 element is not finite
   * @throws IllegalStateException if a source supplies another number or type of elements than its
   *     tensor has
   */
  public String publish(Path target) throws IOException {
    throw new UnsupportedOperationException();
  }
}
