package org.staccato;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.staccato.WeightFileDraft.Entry;
import org.staccato.WeightFileDraft.Row;
import org.staccato.format.CraftedFile;
import org.staccato.format.WeightFile;
import org.staccato.model.ModelSpecification;

/** The changes to one file. */
final class Tampering {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");

  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");

  private static final Pattern MEMBER = Pattern.compile("\"[^\"]*\":(\"[^\"]*\"|[0-9a-z]+),?");

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "2",
          "4",
          "8",
          "15",
          "16",
          "17",
          "63",
          "64",
          "65",
          "128",
          "256",
          "4096",
          "4097",
          "1048576",
          "1048577",
          "268435456",
          "268435457",
          "2147483647",
          "2147483648",
          "4294967295",
          "4294967296",
          "4294967360",
          "4611686018427387904",
          "9223372036854775744",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "1.0",
          "1e3",
          "1E400",
          "-0",
          "9".repeat(99),
          "null",
          "true",
          "\"4\"",
          "[4]",
          "{}");

  private static final List<String> TYPES =
      List.of("F32", "BF16", "I8", "U8", "I32", "I64", "F64", "F16", "f32", "", "F32\n", "BOOL");

  private static final List<String> WORDS =
      List.of(
          "\"LSTM\"",
          "\"GRU\"",
          "\"LONG\"",
          "\"TEXT\"",
          "\"LINEAR\"",
          "\"SIGMOID\"",
          "\"SOFTMAX\"",
          "\"ITEMS\"",
          "\"FEATURES\"",
          "\"RANKING\"",
          "\"PREDICTION\"",
          "\"kind\"",
          "\"name\"",
          "\"layers\"",
          "\"heads\"",
          "\"inputs\"",
          "\"units\"",
          "\"items\"",
          "\"outputs\"",
          "\"shape\"",
          "\"dtype\"",
          "\"__metadata__\"",
          "\"\"",
          "\"a\\nb\"",
          "\"\\u2028\"",
          "\"\\ud800\"",
          "7");

  private static final List<String> FRAGMENTS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          "\\u00",
          "\n",
          "\t",
          "\0",
          "é",
          "\u2028",
          "1e9",
          "null",
          "true",
          " ",
          "{}",
          "[]",
          "\"a\":1,",
          "{\"a\":");

  private static final List<String> VERSIONS =
      List.of("", "0", "1", "3", "02", "-2", "2.0", " 2", "2\n", "two", "9".repeat(40));

  private static final List<String> TOLERANCES =
      List.of("0", "-1", "NaN", "Infinity", "1e999", "1e308", "1e30", "x\ny", "", "0x1p3", "1e-9");

  private static final float[] FLOATS = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1e38f,
    -1e38f,
    1e30f,
    -1e30f,
    0x1p64f,
    -0x1p63f,
    1e10f,
    -1000,
    1000,
    1,
    -1,
    0,
    -0f,
    1e-30f,
    Float.MIN_VALUE
  };

  private static final long[] INTEGERS = {
    -1,
    -2,
    0,
    1,
    2,
    7,
    63,
    64,
    70,
    71,
    127,
    128,
    65_535,
    65_536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    1L << 61,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final WeightFileDraft draft;
  private final SplittableRandom random;

  Tampering(WeightFileDraft draft, SplittableRandom random) {
    this.draft = draft;
    this.random = random;
  }

  byte[] file() {
    int textEdits = 0;
    int byteEdits = 0;
    for (int edits = edits(); edits > 0; edits--) {
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3 -> editSpecification();
        case 4 -> editMetadata();
        case 5, 6 -> editRow(tensor());
        case 7, 8 -> editLayout();
        case 9 -> textEdits++;
        case 10 -> byteEdits++;
        default -> editElements(tensor().bytes);
      }
    }
    StringBuilder header = new StringBuilder(draft.header());
    for (int i = 0; i < textEdits; i++) {
      editText(header);
    }
    byte[] file = assemble(header.toString().getBytes(StandardCharsets.UTF_8), draft.data());
    for (int i = 0; i < byteEdits; i++) {
      file = editFile(file);
    }
    return rarely(16) ? file : CraftedFile.sealed(file);
  }

  /** Draws the number of changes: mostly one, rarely up to six. */
  private int edits() {
    int edits = 1;
    while (edits < 6 && rarely(3)) {
      edits++;
    }
    return edits;
  }

  private void editSpecification() {
    Entry entry = entry(ModelSpecification.METADATA_KEY);
    StringBuilder text = new StringBuilder(entry.value);
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> replace(text, NUMBER, number());
      case 3, 4 -> nudge(text);
      case 5 -> replace(text, STRING, oneOf(WORDS));
      case 6 -> replace(text, MEMBER, "");
      case 7 -> text.insert(1, "\"" + oneOf(List.of("cell", "a", "a\\nb")) + "\":\"LSTM\",");
      case 8 -> replace(text, NUMBER, oneOf(NUMBERS) + "," + oneOf(NUMBERS));
      default -> insertFragment(text);
    }
    entry.value = text.toString();
  }

  /** Changes a number a little, so that it may pad alike. */
  private void nudge(StringBuilder text) {
    List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
    if (!numbers.isEmpty()) {
      MatchResult chosen = oneOf(numbers);
      long value =
          Long.parseLong(chosen.group().substring(0, Math.min(18, chosen.group().length())));
      text.replace(chosen.start(), chosen.end(), Long.toString(value + random.nextInt(-3, 4)));
    }
  }

  private void editMetadata() {
    Entry entry = oneOf(draft.metadata);
    switch (random.nextInt(8)) {
      case 0 -> draft.metadata.remove(entry);
      case 1 -> draft.metadata.add(new Entry(entry.key, entry.value));
      case 2 -> Collections.swap(draft.metadata, 0, draft.metadata.indexOf(entry));
      case 3 -> entry.bare = true;
      case 4 -> draft.metadata.add(new Entry("note" + oneOf(FRAGMENTS), oneOf(FRAGMENTS)));
      case 5 -> entry("staccato.golden.tolerance").value = oneOf(TOLERANCES);
      case 6 -> entry(WeightFile.VERSION_KEY).value = oneOf(VERSIONS);
      default -> entry.value += oneOf(FRAGMENTS);
    }
  }

  private void editRow(Row row) {
    switch (random.nextInt(9)) {
      case 0 -> row.type = oneOf(TYPES);
      case 1 -> row.begin = number();
      case 2 -> row.end = number();
      case 3 -> row.name = oneOf(List.of("", "items.keys", "head.next.coarse", "x\ny", "x"));
      case 4 -> row.name = tensor().name;
      case 5 -> row.shape.add(random.nextInt(row.shape.size() + 1), oneOf(List.of("1", number())));
      case 6 -> row.shape.remove(random.nextInt(row.shape.size()));
      case 7 -> Collections.shuffle(row.shape, new Random(random.nextLong()));
      default -> row.shape.set(random.nextInt(row.shape.size()), number());
    }
    if (row.shape.isEmpty()) {
      row.shape.add("16");
    }
  }

  private void editLayout() {
    int first = random.nextInt(draft.tensors.size());
    Row row = draft.tensors.get(first);
    switch (random.nextInt(10)) {
      case 0 -> remove(row);
      case 1 -> Collections.swap(draft.tensors, first, random.nextInt(draft.tensors.size()));
      case 2 -> moveTo(row, offset(first) + 64L * random.nextInt(-2, 3));
      case 3 -> moveTo(row, offset(random.nextInt(draft.tensors.size())));
      case 4, 5, 6 -> resize(row, random.nextInt(4));
      case 7 -> row.bytes = Arrays.copyOf(row.bytes, row.bytes.length + random.nextInt(130));
      case 8 -> crowd();
      default -> retype(row);
    }
  }

  private void remove(Row row) {
    if (draft.tensors.size() > 1) {
      draft.tensors.remove(row);
    }
  }

  /** Adds tensors, rarely more than are allowed. */
  private void crowd() {
    int count = rarely(8) ? WeightFile.TENSOR_LIMIT : random.nextInt(4);
    for (int i = 0; i < count; i++) {
      draft.tensors.add(new Row("more." + i, "U8", List.of("64"), new byte[64]));
    }
  }

  private void moveTo(Row row, long begin) {
    row.begin = Long.toString(begin);
    row.end = Long.toString(begin + row.bytes.length);
  }

  private long offset(int tensor) {
    return draft.tensors.subList(0, tensor).stream().mapToLong(row -> row.bytes.length).sum();
  }

  /** Changes the first dimension and the bytes with it: the header stays right. */
  private void resize(Row row, int rows) {
    if (!NUMBER.matcher(row.shape.getFirst()).matches() || row.shape.getFirst().length() > 9) {
      return;
    }
    int before = Integer.parseInt(row.shape.getFirst());
    if (before > 0 && row.bytes.length % before == 0) {
      int after = before + (row.shape.size() == 1 ? 16 * rows : rows) - (rarely(2) ? 1 : 0);
      row.shape.set(0, Integer.toString(after));
      row.bytes = Arrays.copyOf(row.bytes, Math.max(0, row.bytes.length / before * after));
    }
  }

  /**
   * Changes a type to another one of the same size, which only a reader of the elements can detect.
   */
  private void retype(Row row) {
    String same =
        switch (row.type) {
          case "F32" -> "I32";
          case "I32" -> "F32";
          case "I8" -> "U8";
          case "U8" -> "I8";
          default -> row.type;
        };
    row.type = same;
  }

  /** Tensors of integers, samples and scales are small, but each of their elements matters. */
  private Row tensor() {
    List<Row> delicate =
        draft.tensors.stream()
            .filter(row -> row.name.matches("golden.*|items.*|.*scales|head.*bias"))
            .toList();
    return delicate.isEmpty() || random.nextBoolean() ? oneOf(draft.tensors) : oneOf(delicate);
  }

  private void editElements(byte[] elements) {
    if (elements.length < Long.BYTES) {
      return;
    }
    ByteBuffer buffer = ByteBuffer.wrap(elements).order(ByteOrder.LITTLE_ENDIAN);
    int at = random.nextInt(elements.length / Long.BYTES) * Long.BYTES;
    float value = FLOATS[random.nextInt(FLOATS.length)];
    switch (random.nextInt(8)) {
      case 0 -> buffer.putFloat(at, value);
      case 1 -> fill(buffer, at, value);
      case 2 -> multiply(buffer, value);
      case 3 -> buffer.putInt(at, (int) INTEGERS[random.nextInt(INTEGERS.length)]);
      case 4 -> buffer.putLong(at, INTEGERS[random.nextInt(INTEGERS.length)]);
      case 5 -> buffer.putInt(at, buffer.getInt(random.nextInt(elements.length / 4) * 4));
      case 6 -> elements[random.nextInt(elements.length)] ^= (byte) (1 << random.nextInt(8));
      default -> elements[random.nextInt(elements.length)] = (byte) random.nextInt();
    }
  }

  /** A run of one value, often to the end. */
  private void fill(ByteBuffer elements, int from, float value) {
    int to = random.nextBoolean() ? elements.capacity() : Math.min(elements.capacity(), from + 64);
    for (int i = from; i + Float.BYTES <= to; i += Float.BYTES) {
      elements.putFloat(i, value);
    }
  }

  private static void multiply(ByteBuffer elements, float factor) {
    for (int i = 0; i + Float.BYTES <= elements.capacity(); i += Float.BYTES) {
      elements.putFloat(i, elements.getFloat(i) * factor);
    }
  }

  private void editText(StringBuilder header) {
    switch (random.nextInt(8)) {
      case 0, 1 -> replace(header, NUMBER, number());
      case 2 -> replace(header, STRING, oneOf(WORDS));
      case 3 -> insertFragment(header);
      case 4 -> {
        int start = random.nextInt(header.length());
        header.delete(start, Math.min(header.length(), start + 1 + random.nextInt(8)));
      }
      case 5 -> replace(header, NUMBER, nested(random.nextInt(1, 200)));
      case 6 -> replace(header, NUMBER, rarely(60) ? huge() : oneOf(NUMBERS));
      default -> header.append(oneOf(FRAGMENTS));
    }
  }

  private String nested(int depth) {
    boolean objects = random.nextBoolean();
    return (objects ? "{\"a\":" : "[").repeat(depth) + "1" + (objects ? "}" : "]").repeat(depth);
  }

  /** A value of some hundred kilobytes, seldom of as much as a header may have or more. */
  private String huge() {
    int size = random.nextInt(rarely(8) ? WeightFile.HEADER_LIMIT + (1 << 16) : 1 << 18);
    String element = oneOf(List.of("0,", "[],", "{},", "{\"\":0},", "\"\",", "[[0]],", "1e-9,"));
    return rarely(4)
        ? "\"" + oneOf(List.of("x", "\\n", "é", "\\u0000")).repeat(size / 6) + "\""
        : "[" + element.repeat(size / element.length()) + "0]";
  }

  private void insertFragment(StringBuilder text) {
    text.insert(random.nextInt(text.length() + 1), oneOf(FRAGMENTS));
  }

  private byte[] assemble(byte[] header, byte[] data) {
    int padding = rarely(64) ? random.nextInt(64) : Math.floorMod(-(8 + header.length), 64);
    long length = header.length + padding + (rarely(64) ? random.nextLong(-70, 70) : 0);
    byte[] file = new byte[8 + header.length + padding + data.length];
    Arrays.fill(file, (byte) ' ');
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(header);
    System.arraycopy(data, 0, file, file.length - data.length, data.length);
    return file;
  }

  private byte[] editFile(byte[] file) {
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(file, random.nextInt(file.length + 1));
      case 1 -> Arrays.copyOf(file, rarely(3) ? random.nextInt(4) : file.length + 64);
      case 2 -> Arrays.copyOf(file, file.length + random.nextInt(200));
      case 3 -> overwrite(file, Math.min(file.length, Long.BYTES));
      default -> overwrite(file, file.length);
    };
  }

  /** Replaces one of the first bytes. */
  private byte[] overwrite(byte[] file, int limit) {
    if (limit > 0) {
      file[random.nextInt(limit)] = (byte) random.nextInt();
    }
    return file;
  }

  private Entry entry(String key) {
    for (Entry entry : draft.metadata) {
      if (entry.key.equals(key)) {
        return entry;
      }
    }
    Entry added = new Entry(key, "{}");
    draft.metadata.add(added);
    return added;
  }

  private void replace(StringBuilder text, Pattern token, String replacement) {
    List<MatchResult> tokens = token.matcher(text).results().toList();
    if (!tokens.isEmpty()) {
      MatchResult chosen = oneOf(tokens);
      text.replace(chosen.start(), chosen.end(), replacement);
    }
  }

  private String number() {
    return rarely(3) ? Integer.toString(random.nextInt(-2, 80)) : oneOf(NUMBERS);
  }

  private <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private boolean rarely(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }
}
