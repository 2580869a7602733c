package org.staccato.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.json.Json.JsonArray;
import org.staccato.json.Json.JsonBoolean;
import org.staccato.json.Json.JsonNull;
import org.staccato.json.Json.JsonNumber;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.Json.JsonString;

/** Reads one JSON text by recursive descent; the depth limit bounds the recursion. */
final class JsonReader {
  /** The usual size of objects and arrays: a text of many small ones must not take much memory. */
  private static final int FEW = 3;

  private static final JsonObject EMPTY_OBJECT = new JsonObject(Map.of());
  private static final JsonArray EMPTY_ARRAY = new JsonArray(List.of());

  private final String text;
  private int position;
  private int values;

  JsonReader(String text) {
    this.text = text;
  }

  Json read() throws JsonException {
    if (text.length() > Json.LENGTH_LIMIT) {
      throw new JsonException(
          "found " + text.length() + " characters, expected at most " + Json.LENGTH_LIMIT);
    }
    Json value = readValue(0);
    skipWhiteSpace();
    if (position < text.length()) {
      throw expected("the end");
    }
    return value;
  }

  private Json readValue(int depth) throws JsonException {
    skipWhiteSpace();
    values++;
    if (values > Json.VALUE_LIMIT) {
      throw expected("at most " + Json.VALUE_LIMIT + " values");
    }
    return switch (peek()) {
      case '{' -> readObject(deeper(depth));
      case '[' -> readArray(deeper(depth));
      case '"' -> new JsonString(readString());
      case 't' -> readLiteral("true", new JsonBoolean(true));
      case 'f' -> readLiteral("false", new JsonBoolean(false));
      case 'n' -> readLiteral("null", new JsonNull());
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> readNumber();
      default -> throw expected("a value");
    };
  }

  private int deeper(int depth) throws JsonException {
    if (depth == Json.DEPTH_LIMIT) {
      throw expected("at most " + Json.DEPTH_LIMIT + " nested objects and arrays");
    }
    return depth + 1;
  }

  private JsonObject readObject(int depth) throws JsonException {
    position++;
    skipWhiteSpace();
    if (accept('}')) {
      return EMPTY_OBJECT;
    }
    Map<String, Json> members = LinkedHashMap.newLinkedHashMap(FEW);
    do {
      skipWhiteSpace();
      int start = position;
      if (peek() != '"') {
        throw expected("a name in quotes");
      }
      String name = readString();
      skipWhiteSpace();
      require(':');
      if (members.put(name, readValue(depth)) != null) {
        throw new JsonException(
            "at character " + start + ": found the name \"" + name + "\" twice", true);
      }
      skipWhiteSpace();
    } while (accept(','));
    require('}');
    return new JsonObject(members);
  }

  private JsonArray readArray(int depth) throws JsonException {
    position++;
    skipWhiteSpace();
    if (accept(']')) {
      return EMPTY_ARRAY;
    }
    List<Json> elements = new ArrayList<>(FEW);
    do {
      elements.add(readValue(depth));
      skipWhiteSpace();
    } while (accept(','));
    require(']');
    return new JsonArray(elements);
  }

  private String readString() throws JsonException {
    position++;
    int start = position;
    while (peek() >= ' ' && peek() != '"' && peek() != '\\') {
      position++;
    }
    if (accept('"')) {
      return text.substring(start, position - 1);
    }
    StringBuilder value = new StringBuilder(text.substring(start, position));
    while (true) {
      char c = peek();
      if (c < ' ') {
        throw expected("a string without control characters and with a closing quote");
      }
      position++;
      if (c == '"') {
        return value.toString();
      }
      value.append(c == '\\' ? readEscape() : c);
    }
  }

  private char readEscape() throws JsonException {
    char c = peek();
    position++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> readHexadecimal();
      default -> {
        position--;
        throw expected("an escape character");
      }
    };
  }

  private char readHexadecimal() throws JsonException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      char c = peek();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw expected("four hexadecimal digits");
      }
      value = value << 4 | digit;
      position++;
    }
    return (char) value;
  }

  private JsonNumber readNumber() throws JsonException {
    int start = position;
    while ("+-.eE0123456789".indexOf(peek()) >= 0) {
      position++;
    }
    String literal = text.substring(start, position);
    if (!JsonNumber.isNumber(literal)) {
      position = start;
      throw expected("a number");
    }
    return new JsonNumber(literal);
  }

  private Json readLiteral(String literal, Json value) throws JsonException {
    if (!text.startsWith(literal, position)) {
      throw expected(literal);
    }
    position += literal.length();
    return value;
  }

  private void skipWhiteSpace() {
    while (position < text.length() && " \t\n\r".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  /** Returns the next character, or at the end NUL, which JSON does not allow. */
  private char peek() {
    return position < text.length() ? text.charAt(position) : '\0';
  }

  private boolean accept(char c) {
    boolean accepted = peek() == c;
    if (accepted) {
      position++;
    }
    return accepted;
  }

  private void require(char c) throws JsonException {
    if (!accept(c)) {
      throw expected("'" + c + "'");
    }
  }

  private JsonException expected(String expected) {
    String found;
    if (position >= text.length()) {
      found = "the end";
    } else {
      char c = text.charAt(position);
      found = c > ' ' && c < 0x7f ? "'" + c + "'" : String.format("U+%04X", (int) c);
    }
    return new JsonException(
        "at character " + position + ": found " + found + ", expected " + expected);
  }
}
