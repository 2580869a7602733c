package org.staccato.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A mapped and validated weight file: metadata and 64-byte aligned tensors.
 *
 * <p>Whoever opens it owns it and closes it. All methods may be called from all threads; the data
 * must not be read after {@link #close}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class WeightFile implements AutoCloseable {

  /** The format version that this library writes and reads. */
  public static final int FORMAT_VERSION = 1;

  /** The largest header in bytes that is read. */
  public static final int HEADER_LIMIT = 16 << 20;

  /** The largest number of tensors that is read. */
  public static final int TENSOR_LIMIT = 65_536;

  /** The largest number of dimensions of a tensor that is read. */
  public static final int RANK_LIMIT = 8;

  /** In a shape that is required: any size will do. */
  public static final long ANY = -1;

  /** The metadata key of the format version. */
  public static final String VERSION_KEY = "staccato.format.version";

  /** The metadata key of the digest. */
  public static final String DIGEST_KEY = "staccato.digest";

  private WeightFile() {}

  /**
   * Maps a file and checks everything that can be checked without knowing the network: structure,
   * format version, digest, and that all F32 tensors are finite. This reads the whole file.
   *
   * @param path a weight file
   * @return the open file, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   */
  public static WeightFile open(Path path) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** {@return the path that was opened} */
  public Path path() {
    throw new UnsupportedOperationException();
  }

  /** {@return the SHA-256 digest of the file as 64 lower-case hexadecimal digits} */
  public String digest() {
    throw new UnsupportedOperationException();
  }

  /** {@return the metadata in the order of the file, digest and version included} */
  public Map<String, String> metadata() {
    throw new UnsupportedOperationException();
  }

  /** {@return the tensors in the order of their bytes} */
  public List<Tensor> tensors() {
    throw new UnsupportedOperationException();
  }

  /**
   * Looks up a tensor.
   *
   * @param name the tensor's name
   * @return the tensor, or empty if the file has none of that name
   */
  public Optional<Tensor> find(String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * Looks up a tensor that must be there.
   *
   * @param name the tensor's name
   * @param type the element type that it must have
   * @param shape the dimensions that it must have; {@link #ANY} for those that are free
   * @return the tensor
   * @throws ModelRejectedException if it is absent or of another type or shape
   */
  public Tensor require(String name, DataType type, long... shape) throws ModelRejectedException {
    throw new UnsupportedOperationException();
  }

  /** {@return the whole file; a tensor's offset is an offset into this segment} */
  public MemorySegment data() {
    throw new UnsupportedOperationException();
  }

  /** Unmaps the file; a second call does nothing. No thread may be reading the data. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
