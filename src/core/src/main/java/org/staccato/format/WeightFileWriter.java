package org.staccato.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.staccato.json.Json;
import org.staccato.json.Json.JsonArray;
import org.staccato.json.Json.JsonNumber;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.Json.JsonString;
import org.staccato.memory.OffHeap;
import org.staccato.storage.AtomicFile;
import org.staccato.storage.Storage;

/**
 * Collects metadata and tensors and publishes them as one weight file. The bytes of the file depend
 * only on the entries and tensors that were added, and on their order. Not thread-safe.
 */
public final class WeightFileWriter {

  private record Entry(
      String name, DataType type, List<Long> shape, long byteSize, TensorSource source) {}

  /** The disk, except that a file that is to replace another one is deleted. */
  private static final Storage REHEARSAL =
      new Storage() {
        @Override
        public void replace(Path file, Path target) throws IOException {
          Files.delete(file);
        }
      };

  private final SortedMap<String, String> metadata = new TreeMap<>();
  private final Map<String, Entry> tensors = new LinkedHashMap<>();

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
    requireUnicode(key);
    requireUnicode(value);
    if (key.equals(WeightFile.VERSION_KEY) || key.equals(WeightFile.DIGEST_KEY)) {
      throw new IllegalArgumentException("metadata \"" + key + "\": this key is the format's own");
    }
    if (metadata.putIfAbsent(key, value) != null) {
      throw new IllegalArgumentException("metadata \"" + key + "\": added twice");
    }
    return this;
  }

  /**
   * Adds a tensor whose source supplies the elements when the file is written, so that memory holds
   * them only once.
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
    requireUnicode(name);
    if (name.equals(HeaderReader.METADATA) || tensors.containsKey(name)) {
      throw new IllegalArgumentException("tensor \"" + name + "\": this name is taken");
    }
    if (tensors.size() == WeightFile.TENSOR_LIMIT) {
      throw new IllegalArgumentException(
          "tensor \"" + name + "\": expected at most " + WeightFile.TENSOR_LIMIT + " tensors");
    }
    List<Long> dimensions = Arrays.stream(shape).boxed().toList();
    long byteSize = Tensor.byteSize(type, dimensions);
    if (byteSize % OffHeap.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "tensor \"" + name + "\": found " + byteSize + " bytes, expected a multiple of 64");
    }
    tensors.put(name, new Entry(name, type, dimensions, byteSize, source));
    return this;
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
   * Writes the file atomically: a reader sees the old file or the new one, even after a power
   * failure. This method writes a temporary sibling, forces it to the disk, renames it over the
   * target, and forces the folder. On failure it deletes the temporary file and leaves the target
   * unchanged.
   *
   * @param target the weight file; replaced if it exists; its folder must exist
   * @return the digest of the file
   * @throws IOException if the file cannot be written; if only the last step fails, the message
   *     says that the new file is in place
   * @throws IllegalArgumentException if an F32 element is not finite
   * @throws IllegalStateException if a source supplies another number or type of elements than its
   *     tensor has, or if the header exceeds {@link WeightFile#HEADER_LIMIT}
   */
  public String publish(Path target) throws IOException {
    return publish(target, unpublished -> {}, Storage.DISK);
  }

  /** Checks a written file before it is visible under its name. */
  @FunctionalInterface
  public interface Check {

    /**
     * Checks the file.
     *
     * @param unpublished the complete file under its temporary name
     * @throws IOException if the file must not be published
     */
    void check(Path unpublished) throws IOException;
  }

  /**
   * Writes the file as {@link #publish(Path)} does, and checks it before it replaces the target.
   *
   * @param target the weight file; replaced if it exists; its folder must exist
   * @param check the check
   * @return the digest of the file
   * @throws IOException if the file cannot be written or the check fails
   */
  public String publish(Path target, Check check) throws IOException {
    return publish(target, check, Storage.DISK);
  }

  /**
   * Writes the file under a temporary name beside a target, checks it and deletes it; does not
   * change the target.
   *
   * @param target the target of a later {@link #publish(Path)}; its folder must exist
   * @param check the check
   * @throws IOException if the file cannot be written or the check fails
   */
  public void rehearse(Path target, Check check) throws IOException {
    publish(target, check, REHEARSAL);
  }

  String publish(Path target, Storage storage) throws IOException {
    return publish(target, unpublished -> {}, storage);
  }

  private String publish(Path target, Check check, Storage storage) throws IOException {
    byte[] header = header();
    return new AtomicFile(target, ".staccato-", storage)
        .write(channel -> write(header, new FileOutput(storage, channel)), check::check);
  }

  private String write(byte[] header, FileOutput output) throws IOException {
    output.room(Long.BYTES).putLong(header.length);
    output.put(MemorySegment.ofArray(header));
    for (Entry entry : tensors.values()) {
      TensorOutput tensor = new TensorOutput(output, entry.name, entry.type, entry.byteSize);
      entry.source.writeTo(tensor);
      tensor.finish();
    }
    return output.finish();
  }

  private byte[] header() {
    Map<String, Json> entries = new LinkedHashMap<>();
    entries.put(WeightFile.DIGEST_KEY, new JsonString(FileDigest.ZEROS));
    SortedMap<String, String> sorted = new TreeMap<>(metadata);
    sorted.put(WeightFile.VERSION_KEY, Integer.toString(WeightFile.FORMAT_VERSION));
    sorted.forEach((key, value) -> entries.put(key, new JsonString(value)));
    Map<String, Json> header = new LinkedHashMap<>();
    header.put(HeaderReader.METADATA, new JsonObject(entries));
    long begin = 0;
    for (Entry entry : tensors.values()) {
      long end = Math.addExact(begin, entry.byteSize);
      Map<String, Json> tensor = new LinkedHashMap<>();
      tensor.put(HeaderReader.TYPE, new JsonString(entry.type.name()));
      tensor.put(HeaderReader.SHAPE, array(entry.shape));
      tensor.put(HeaderReader.OFFSETS, array(List.of(begin, end)));
      header.put(entry.name, new JsonObject(tensor));
      begin = end;
    }
    return padded(new JsonObject(header).toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Pads the header with spaces so that the data section, which follows the length and the header,
   * is aligned.
   */
  private static byte[] padded(byte[] header) {
    long length = OffHeap.align((long) Long.BYTES + header.length) - Long.BYTES;
    if (length > WeightFile.HEADER_LIMIT) {
      throw new IllegalStateException(
          "header: found " + length + " bytes, expected at most " + WeightFile.HEADER_LIMIT);
    }
    byte[] padded = Arrays.copyOf(header, (int) length);
    Arrays.fill(padded, header.length, padded.length, (byte) ' ');
    return padded;
  }

  private static JsonArray array(List<Long> values) {
    return new JsonArray(values.stream().<Json>map(JsonNumber::of).toList());
  }

  private static void requireUnicode(String text) {
    if (Utf8.encode(text) == null) {
      throw new IllegalArgumentException("found an unpaired surrogate in \"" + text + "\"");
    }
  }
}
