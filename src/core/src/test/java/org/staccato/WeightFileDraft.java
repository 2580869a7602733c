package org.staccato;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.json.Json.JsonString;

/**
 * The parts of a weight file, each of which a test may replace with parts that no writer would
 * write: names may occur twice, and the numbers of the header are texts here.
 */
final class WeightFileDraft {

  /** An entry of the metadata. */
  static final class Entry {
    final String key;
    String value;

    /** Whether the value is written without quotes. */
    boolean bare;

    Entry(String key, String value) {
      this.key = key;
      this.value = value;
    }
  }

  /** A tensor: its row in the header and its bytes. */
  static final class Row {
    String name;
    String type;
    final List<String> shape;
    byte[] bytes;

    /** The offsets, if they differ from the position of the bytes. */
    String begin = "";

    String end = "";

    Row(String name, String type, List<String> shape, byte[] bytes) {
      this.name = name;
      this.type = type;
      this.shape = new ArrayList<>(shape);
      this.bytes = bytes;
    }

    Row copy() {
      return new Row(name, type, shape, bytes.clone());
    }
  }

  final List<Entry> metadata = new ArrayList<>();
  final List<Row> tensors = new ArrayList<>();

  /** Takes a valid file apart. */
  static WeightFileDraft of(Path path) throws IOException {
    WeightFileDraft draft = new WeightFileDraft();
    try (WeightFile file = WeightFile.open(path)) {
      file.metadata().forEach((key, value) -> draft.metadata.add(new Entry(key, value)));
      for (Tensor tensor : file.tensors()) {
        List<String> shape = tensor.shape().stream().map(String::valueOf).toList();
        byte[] bytes =
            file.data().asSlice(tensor.offset(), tensor.byteSize()).toArray(ValueLayout.JAVA_BYTE);
        draft.tensors.add(new Row(tensor.name(), tensor.type().name(), shape, bytes));
      }
    }
    return draft;
  }

  WeightFileDraft copy() {
    WeightFileDraft copy = new WeightFileDraft();
    metadata.forEach(entry -> copy.metadata.add(new Entry(entry.key, entry.value)));
    tensors.forEach(row -> copy.tensors.add(row.copy()));
    return copy;
  }

  /** The header without the spaces behind it. */
  String header() {
    StringBuilder text = new StringBuilder("{\"__metadata__\":{");
    String separator = "";
    for (Entry entry : metadata) {
      text.append(separator).append(quoted(entry.key)).append(':');
      text.append(entry.bare ? entry.value : quoted(entry.value));
      separator = ",";
    }
    text.append('}');
    long begin = 0;
    for (Row row : tensors) {
      long end = begin + row.bytes.length;
      text.append(',').append(quoted(row.name)).append(":{\"dtype\":").append(quoted(row.type));
      text.append(",\"shape\":[").append(String.join(",", row.shape));
      text.append("],\"data_offsets\":[").append(row.begin.isEmpty() ? begin : row.begin);
      text.append(',').append(row.end.isEmpty() ? end : row.end).append("]}");
      begin = end;
    }
    return text.append('}').toString();
  }

  /** The data section. */
  byte[] data() {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tensors.forEach(row -> data.writeBytes(row.bytes));
    return data.toByteArray();
  }

  private static String quoted(String text) {
    return new JsonString(text).toString();
  }
}
