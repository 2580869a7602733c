package org.staccato.format;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.json.Json;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.JsonException;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;

/**
 * Reads and checks the header of a weight file: its length, its JSON, the format version, the place
 * of the digest, and the table of tensors.
 */
final class HeaderReader {

  /** The digest, the metadata, and the tensors in the order of their bytes. */
  record Header(String digest, Map<String, String> metadata, List<Tensor> tensors) {}

  static final String METADATA = "__metadata__";
  static final String TYPE = "dtype";
  static final String SHAPE = "shape";
  static final String OFFSETS = "data_offsets";

  private static final Pattern VERSION = Pattern.compile("0|[1-9][0-9]*");
  private static final Pattern DIGEST =
      Pattern.compile(Pattern.quote(FileDigest.HEADER_START) + "([0-9a-f]{64})\"");

  /** A row of the tensor table as in the file: offsets are relative to the data section. */
  private record Row(String name, DataType type, List<Long> shape, long begin, long end) {}

  private final Path path;
  private final MemorySegment file;
  private final int formatVersion;

  HeaderReader(Path path, MemorySegment file, int formatVersion) {
    this.path = path;
    this.file = file;
    this.formatVersion = formatVersion;
  }

  Header read() throws ModelRejectedException {
    long length = readLength();
    String text = decode(length);
    JsonObject header = parse(text);
    Map<String, String> metadata = readMetadata(header);
    checkVersion(metadata.get(WeightFile.VERSION_KEY));
    long dataStart = Long.BYTES + length;
    if (dataStart % OffHeap.ALIGNMENT != 0) {
      throw rejected(
          Reason.HEADER_ALIGNMENT,
          "the data starts at byte " + dataStart + ", expected a multiple of 64");
    }
    String digest = readDigest(text);
    List<Row> rows = readRows(header);
    checkContiguous(rows, dataStart);
    List<Tensor> tensors =
        rows.stream()
            .map(
                row ->
                    new Tensor(
                        row.name, row.type, row.shape, dataStart + row.begin, row.end - row.begin))
            .toList();
    return new Header(digest, metadata, tensors);
  }

  private long readLength() throws ModelRejectedException {
    long size = file.byteSize();
    if (size == 0) {
      throw rejected(Reason.EMPTY, "the file is empty, expected a weight file");
    }
    if (size < Long.BYTES) {
      throw rejected(
          Reason.HEADER_TRUNCATED,
          "found " + size + " bytes, expected at least the 8 of the header length");
    }
    long length = file.get(LittleEndian.LONG, 0);
    if (length < 0 || length > WeightFile.HEADER_LIMIT) {
      throw rejected(
          Reason.HEADER_TOO_LARGE,
          "header length: found "
              + Long.toUnsignedString(length)
              + " bytes, expected at most "
              + WeightFile.HEADER_LIMIT
              + "; this is not a weight file");
    }
    if (length > size - Long.BYTES) {
      throw rejected(
          Reason.HEADER_TRUNCATED,
          "header length: found "
              + length
              + " bytes, but only "
              + (size - Long.BYTES)
              + " follow in the file");
    }
    return length;
  }

  private String decode(long length) throws ModelRejectedException {
    @Nullable String text = Utf8.decode(file.asSlice(Long.BYTES, length));
    if (text == null) {
      throw rejected(Reason.HEADER_SYNTAX, "header: found malformed UTF-8, expected JSON in UTF-8");
    }
    if (!text.startsWith("{")) {
      throw rejected(Reason.HEADER_SYNTAX, "header: expected a JSON object that starts with '{'");
    }
    return text;
  }

  private JsonObject parse(String text) throws ModelRejectedException {
    try {
      return Json.parseObject(text);
    } catch (JsonException e) {
      Reason reason = e.isDuplicateName() ? Reason.DUPLICATE_NAME : Reason.HEADER_SYNTAX;
      throw rejected(reason, "header: " + e.getMessage());
    }
  }

  private Map<String, String> readMetadata(JsonObject header) throws ModelRejectedException {
    if (!header.members().containsKey(METADATA)) {
      return Map.of();
    }
    try {
      JsonObject object = header.object(METADATA);
      Map<String, String> metadata = new LinkedHashMap<>();
      for (String key : object.members().keySet()) {
        metadata.put(key, object.string(key));
      }
      return Collections.unmodifiableMap(metadata);
    } catch (JsonException e) {
      throw rejected(Reason.HEADER_STRUCTURE, "header: " + METADATA + ": " + e.getMessage());
    }
  }

  private void checkVersion(@Nullable String version) throws ModelRejectedException {
    String field = WeightFile.VERSION_KEY + ": ";
    String expected = ", expected " + formatVersion;
    if (version == null) {
      throw rejected(
          Reason.VERSION_MISSING,
          field + "found none" + expected + "; this is not a weight file of Staccato");
    }
    if (!VERSION.matcher(version).matches()) {
      throw rejected(Reason.VERSION_SYNTAX, field + "found \"" + version + "\"" + expected);
    }
    // More than nine digits may not fit an int, and are a later version in any case.
    int found = version.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(version);
    if (found != formatVersion) {
      throw rejected(
          found > formatVersion ? Reason.VERSION_NEWER : Reason.VERSION_OLDER,
          field + "found " + version + expected + "; " + remedy(found));
    }
  }

  private static String remedy(int found) {
    return switch (found) {
      case WeightFile.FORMAT_VERSION -> "the file needs no conversion";
      case WeightFile.EARLIER_VERSION -> "\"staccato upgrade OLD NEW\" converts the file";
      default ->
          found > WeightFile.FORMAT_VERSION
              ? "a later version of Staccato wrote this file"
              : "export the model again";
    };
  }

  private String readDigest(String text) throws ModelRejectedException {
    Matcher digest = DIGEST.matcher(text);
    if (!digest.lookingAt()) {
      throw rejected(
          Reason.DIGEST_MISSING,
          WeightFile.DIGEST_KEY
              + ": expected 64 lower-case hexadecimal digits at byte "
              + FileDigest.OFFSET
              + ", as the first entry of the metadata");
    }
    return digest.group(1);
  }

  private List<Row> readRows(JsonObject header) throws ModelRejectedException {
    List<Row> rows = new ArrayList<>();
    for (String name : header.members().keySet()) {
      if (!name.equals(METADATA)) {
        rows.add(readRow(header, name));
      }
    }
    if (rows.size() > WeightFile.TENSOR_LIMIT) {
      throw rejected(
          Reason.TENSOR_COUNT,
          "found " + rows.size() + " tensors, expected at most " + WeightFile.TENSOR_LIMIT);
    }
    rows.sort(Comparator.comparingLong(Row::begin));
    return rows;
  }

  private Row readRow(JsonObject header, String name) throws ModelRejectedException {
    String field = "tensor \"" + name + "\": ";
    String typeName;
    List<Long> shape;
    List<Long> offsets;
    try {
      JsonObject tensor = header.object(name);
      typeName = tensor.string(TYPE);
      shape = tensor.integers(SHAPE);
      offsets = tensor.integers(OFFSETS);
      if (!tensor.members().keySet().equals(Set.of(TYPE, SHAPE, OFFSETS)) || offsets.size() != 2) {
        throw new JsonException(
            "found " + tensor + ", expected a " + TYPE + ", a " + SHAPE + " and two " + OFFSETS);
      }
    } catch (JsonException e) {
      throw rejected(Reason.HEADER_STRUCTURE, field + e.getMessage());
    }
    DataType type = readType(field, typeName);
    long byteSize = readByteSize(field, type, shape);
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin < 0 || end < begin || end - begin != byteSize) {
      throw rejected(
          Reason.TENSOR_SIZE,
          field
              + "found "
              + OFFSETS
              + " "
              + offsets
              + ", expected a range of "
              + byteSize
              + " bytes for "
              + type
              + " "
              + shape);
    }
    if (byteSize % OffHeap.ALIGNMENT != 0) {
      throw rejected(
          Reason.TENSOR_ALIGNMENT,
          field + "found " + byteSize + " bytes, expected a multiple of 64");
    }
    return new Row(name, type, shape, begin, end);
  }

  private DataType readType(String field, String name) throws ModelRejectedException {
    for (DataType type : DataType.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw rejected(
        Reason.TENSOR_TYPE,
        field + "found the type " + name + ", expected one of " + List.of(DataType.values()));
  }

  private long readByteSize(String field, DataType type, List<Long> shape)
      throws ModelRejectedException {
    try {
      return Tensor.byteSize(type, shape);
    } catch (IllegalArgumentException e) {
      throw rejected(Reason.TENSOR_SHAPE, field + e.getMessage());
    }
  }

  /** Checks that the sorted rows cover the data section without overlaps and gaps. */
  private void checkContiguous(List<Row> rows, long dataStart) throws ModelRejectedException {
    long end = 0;
    String before = "the header";
    for (Row row : rows) {
      if (row.begin != end) {
        throw rejected(
            row.begin < end ? Reason.TENSOR_OVERLAP : Reason.TENSOR_GAP,
            "tensor \""
                + row.name
                + "\": found its first byte at "
                + row.begin
                + ", expected "
                + end
                + ", right after "
                + before);
      }
      end = row.end;
      before = "tensor \"" + row.name + "\"";
    }
    long available = file.byteSize() - dataStart;
    if (end != available) {
      throw rejected(
          Reason.FILE_SIZE,
          "found "
              + available
              + " bytes of tensors, expected "
              + end
              + "; the file "
              + (available < end ? "is truncated" : "has foreign bytes at its end"));
    }
  }

  private ModelRejectedException rejected(Reason reason, String problem) {
    return new ModelRejectedException(path, reason, problem);
  }
}
