package org.staccato.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A reader of any safetensors file, written from the public description of the format at
 * https://github.com/huggingface/safetensors and sharing nothing with the code under test.
 */
final class IndependentReader {
  final Map<String, Object> header;
  private final ByteBuffer data;
  private final String json;
  private int at;

  IndependentReader(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] head = new byte[Math.toIntExact(bytes.getLong())];
    bytes.get(head);
    json = new String(head, StandardCharsets.UTF_8);
    data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    header = asMap(value());
  }

  /** The bytes of a tensor, from the offsets that its entry gives relative to the data. */
  ByteBuffer tensor(String name) {
    List<?> offsets = (List<?>) field(asMap(field(header, name)), "data_offsets");
    int begin = Math.toIntExact((Long) offsets.get(0));
    int end = Math.toIntExact((Long) offsets.get(1));
    return data.slice(begin, end - begin).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Object field(Map<String, Object> map, String name) {
    return map.getOrDefault(name, Map.of());
  }

  @SuppressWarnings("unchecked") // Every object is made by value() below, with names as keys.
  static Map<String, Object> asMap(Object value) {
    return (Map<String, Object>) value;
  }

  private Object value() {
    char first = next();
    if (first == '{') {
      Map<String, Object> map = new LinkedHashMap<>();
      while (next() != '}') {
        at -= json.charAt(at - 1) == ',' ? 0 : 1;
        String name = (String) value();
        next();
        map.put(name, value());
      }
      return map;
    } else if (first == '[') {
      List<Object> list = new ArrayList<>();
      while (next() != ']') {
        at -= json.charAt(at - 1) == ',' ? 0 : 1;
        list.add(value());
      }
      return list;
    } else if (first == '"') {
      StringBuilder text = new StringBuilder();
      for (char c = json.charAt(at++); c != '"'; c = json.charAt(at++)) {
        text.append(c == '\\' ? json.charAt(at++) : c);
      }
      return text.toString();
    }
    int start = at - 1;
    while (Character.isDigit(json.charAt(at))) {
      at++;
    }
    return Long.valueOf(json.substring(start, at));
  }

  private char next() {
    while (Character.isWhitespace(json.charAt(at))) {
      at++;
    }
    return json.charAt(at++);
  }
}
