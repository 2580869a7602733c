package org.staccato.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.staccato.format.HeaderReader.Header;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.memory.FileMemory;

/**
 * A validated weight file in memory: metadata and 64-byte aligned tensors.
 *
 * <p>The opener owns it and closes it. All methods may be called from all threads; the data must
 * not be read after {@link #close}.
 */
public final class WeightFile implements AutoCloseable {

  /** The format version that this library writes and reads. */
  public static final int FORMAT_VERSION = 3;

  /** The previous format version, which can be converted. */
  static final int EARLIER_VERSION = FORMAT_VERSION - 1;

  /** The largest header in bytes that is read. */
  public static final int HEADER_LIMIT = 4 << 20;

  /** The largest number of tensors that is read. */
  public static final int TENSOR_LIMIT = 4096;

  /** The largest number of dimensions of a tensor that is read. */
  public static final int RANK_LIMIT = 8;

  /** In a required shape: a dimension of any size. */
  public static final long ANY = -1;

  /** The metadata key of the format version. */
  public static final String VERSION_KEY = "staccato.format.version";

  /** The metadata key of the digest. */
  public static final String DIGEST_KEY = "staccato.digest";

  private final Path path;
  private final FileMemory memory;
  private final String digest;
  private final Map<String, String> metadata;
  private final Map<String, Tensor> tensors;
  private volatile boolean closed;

  private WeightFile(Path path, FileMemory memory, Header header) {
    this.path = path;
    this.memory = memory;
    this.digest = header.digest();
    this.metadata = header.metadata();
    this.tensors = new LinkedHashMap<>();
    header.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  /**
   * Maps a file and checks everything that can be checked without knowing the network: structure,
   * format version, digest, and that all F32 and BF16 tensors are finite. This reads the whole
   * file.
   *
   * @param path a weight file
   * @return the open file, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   */
  public static WeightFile open(Path path) throws IOException {
    return open(path, Pace.full());
  }

  /**
   * Maps a file and checks it as {@link #open(Path)} does, within a share of a core.
   *
   * @param path a weight file
   * @param pace called between slices of work, pauses to keep to a share of a core
   * @return the open file, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   */
  public static WeightFile open(Path path, Pace pace) throws IOException {
    return open(path, pace, FileMemory::map);
  }

  /**
   * Maps a file of the format version before this one, for a conversion, and checks it as {@link
   * #open(Path)} does.
   *
   * @param path a weight file of the earlier version
   * @return the open file, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file of that version
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   */
  public static WeightFile openEarlier(Path path) throws IOException {
    return open(path, Pace.full(), FileMemory::map, EARLIER_VERSION);
  }

  /**
   * Checks whether a file is the weight file of a digest, without loading it: reads the start of
   * the file, and the whole file through a small buffer if the header claims the digest.
   *
   * @param path a file
   * @param digest the digest of an open weight file
   * @param pace called between slices of work, pauses to keep to a share of a core
   * @return whether the header claims the digest and the bytes have it
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   */
  public static boolean matches(Path path, String digest, Pace pace) throws IOException {
    if (!isFile(path)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return FileDigest.matches(channel, digest, pace);
    }
  }

  private static boolean isFile(Path path) throws IOException {
    return attributes(path).isRegularFile();
  }

  /**
   * Reads the attributes of a path that is to be opened.
   *
   * @param path a weight file, or a folder of them
   * @return its attributes
   * @throws NoSuchFileException if there is none, with the absolute path and what was expected
   * @throws IOException if they cannot be read
   */
  public static BasicFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      NoSuchFileException named =
          new NoSuchFileException(
              path.toAbsolutePath().toString(),
              null,
              "found no such file, expected a weight file, or a folder of them to follow");
      named.initCause(e);
      throw named;
    }
  }

  /** Maps or copies a file. */
  interface Loader {
    FileMemory load(Path path) throws IOException;
  }

  static WeightFile open(Path path, Pace pace, Loader loader) throws IOException {
    return open(path, pace, loader, FORMAT_VERSION);
  }

  private static WeightFile open(Path path, Pace pace, Loader loader, int version)
      throws IOException {
    // If the attributes cannot be read, the disk has an error, and the file is not rejected.
    if (!isFile(path)) {
      throw new ModelRejectedException(
          path, Reason.NOT_A_FILE, "found a folder or a device, expected a weight file");
    }
    FileMemory memory = loader.load(path);
    boolean valid = false;
    try {
      WeightFile file =
          new WeightFile(path, memory, new HeaderReader(path, memory.segment(), version).read());
      file.checkDigest(pace);
      file.checkFinite(pace);
      valid = true;
      return file;
    } finally {
      if (!valid) {
        memory.close();
      }
    }
  }

  private void checkDigest(Pace pace) throws ModelRejectedException {
    String actual = FileDigest.of(data(), pace);
    if (!actual.equals(digest)) {
      throw rejected(
          Reason.DIGEST_MISMATCH,
          DIGEST_KEY
              + ": found "
              + digest
              + ", expected "
              + actual
              + "; the file is damaged or was changed");
    }
  }

  private void checkFinite(Pace pace) throws ModelRejectedException {
    for (Tensor tensor : tensors.values()) {
      MemorySegment elements = data().asSlice(tensor.offset(), tensor.byteSize());
      long index = FiniteCheck.firstNotFinite(tensor.type(), elements, pace);
      if (index >= 0) {
        throw rejected(
            Reason.NOT_FINITE,
            field(tensor.name())
                + "found "
                + FiniteCheck.value(tensor.type(), elements, index)
                + " as element "
                + index
                + ", expected finite numbers below 2^64");
      }
    }
  }

  /** {@return the path that was opened} */
  public Path path() {
    return path;
  }

  /** {@return the SHA-256 digest of the file as 64 lower-case hexadecimal digits} */
  public String digest() {
    return digest;
  }

  /** {@return the metadata in the order of the file, digest and version included} */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** {@return the tensors in the order of their bytes} */
  public List<Tensor> tensors() {
    return List.copyOf(tensors.values());
  }

  /**
   * Looks up a tensor.
   *
   * @param name the tensor's name
   * @return the tensor, or empty if the file has none of that name
   */
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /**
   * Looks up a required tensor.
   *
   * @param name the tensor's name
   * @param type the required element type
   * @param shape the required dimensions; {@link #ANY} for a dimension of any size
   * @return the tensor
   * @throws ModelRejectedException if it is absent or of another type or shape
   */
  public Tensor require(String name, DataType type, long... shape) throws ModelRejectedException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw rejected(Reason.TENSOR_MISSING, field(name) + "found none, expected " + type);
    }
    if (tensor.type() != type) {
      throw rejected(
          Reason.TENSOR_TYPE, field(name) + "found " + tensor.type() + ", expected " + type);
    }
    boolean fits = tensor.shape().size() == shape.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = shape[i] == ANY || shape[i] == tensor.shape().get(i);
    }
    if (!fits) {
      throw rejected(
          Reason.SHAPE,
          field(name)
              + "found the shape "
              + tensor.shape()
              + ", expected "
              + Arrays.toString(shape).replace("-1", "any"));
    }
    return tensor;
  }

  private static String field(String tensor) {
    return "tensor \"" + tensor + "\": ";
  }

  private ModelRejectedException rejected(Reason reason, String problem) {
    return new ModelRejectedException(path, reason, problem);
  }

  /** {@return the whole file; a tensor's offset is an offset into this segment} */
  public MemorySegment data() {
    return memory.segment();
  }

  /**
   * Checks that all data read before this call belonged to this file.
   *
   * @throws IllegalStateException if the file is closed
   */
  void requireOpen() {
    // Orders the reads of the data before the read of the flag.
    VarHandle.loadLoadFence();
    if (closed) {
      throw new IllegalStateException(path + ": the weight file is closed");
    }
  }

  /** Unmaps or frees the file; a second call does nothing. No thread may be reading the data. */
  @Override
  public void close() {
    closed = true;
    memory.close();
  }
}
