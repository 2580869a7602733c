package org.staccato.json;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.format.WeightFile;

/**
 * A JSON value (RFC 8259), immutable. Its {@code toString} writes it without white space, so that
 * equal values give equal texts.
 */
public sealed interface Json {

  /** The longest text in characters that is read. */
  int LENGTH_LIMIT = WeightFile.HEADER_LIMIT;

  /** The most values in a text that are read, those within others included. */
  int VALUE_LIMIT = 1 << 16;

  /** The deepest nesting of objects and arrays that is read. */
  int DEPTH_LIMIT = 64;

  /**
   * Reads one value strictly: only white space may follow it, and no name may occur twice in an
   * object.
   *
   * @param text the JSON text
   * @return the value
   * @throws JsonException if the text is not JSON, or exceeds a limit
   */
  static Json parse(String text) throws JsonException {
    return new JsonReader(text).read();
  }

  /**
   * Reads an object; see {@link #parse}.
   *
   * @param text the JSON text
   * @return the object
   * @throws JsonException if the text is not a JSON object
   */
  static JsonObject parseObject(String text) throws JsonException {
    if (parse(text) instanceof JsonObject object) {
      return object;
    }
    throw new JsonException("found another value, expected an object");
  }

  /**
   * An object.
   *
   * @param members the values by name, in the order in which they are written
   */
  record JsonObject(Map<String, Json> members) implements Json {

    /** Copies the members. */
    public JsonObject {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /**
     * Reads a member that must be a string.
     *
     * @param name the member's name
     * @return the string
     * @throws JsonException if it is absent or not a string
     */
    public String string(String name) throws JsonException {
      if (members.get(name) instanceof JsonString(String value)) {
        return value;
      }
      throw unexpected(name, "a string");
    }

    /**
     * Reads a member that must be the name of a constant.
     *
     * @param name the member's name
     * @param type the enumeration
     * @param <E> the enumeration
     * @return the constant
     * @throws JsonException if it is absent or no such name
     */
    public <E extends Enum<E>> E constant(String name, Class<E> type) throws JsonException {
      List<E> constants = List.of(type.getEnumConstants());
      if (members.get(name) instanceof JsonString(String value)) {
        for (E constant : constants) {
          if (constant.name().equals(value)) {
            return constant;
          }
        }
      }
      throw unexpected(name, "one of " + constants);
    }

    /**
     * Reads a member that must be an integer.
     *
     * @param name the member's name
     * @return the integer
     * @throws JsonException if it is absent or not a 64-bit integer
     */
    public long integer(String name) throws JsonException {
      if (members.get(name) instanceof JsonNumber number && number.isInteger()) {
        return number.integer();
      }
      throw unexpected(name, "an integer");
    }

    /**
     * Reads a member that must be a number.
     *
     * @param name the member's name
     * @return the float nearest to the number
     * @throws JsonException if it is absent or not a number
     */
    public float number(String name) throws JsonException {
      if (members.get(name) instanceof JsonNumber(String literal)) {
        return Float.parseFloat(literal);
      }
      throw unexpected(name, "a number");
    }

    /**
     * Reads a member that must be true or false.
     *
     * @param name the member's name
     * @return the truth value
     * @throws JsonException if it is absent or neither
     */
    public boolean bool(String name) throws JsonException {
      if (members.get(name) instanceof JsonBoolean(boolean value)) {
        return value;
      }
      throw unexpected(name, "true or false");
    }

    /**
     * Reads a member that must be an array of integers.
     *
     * @param name the member's name
     * @return the integers
     * @throws JsonException if it is absent, not an array, or has other elements
     */
    public List<Long> integers(String name) throws JsonException {
      if (!(members.get(name) instanceof JsonArray(List<Json> elements))) {
        throw unexpected(name, "an array of integers");
      }
      List<Long> integers = new ArrayList<>(elements.size());
      for (Json element : elements) {
        if (!(element instanceof JsonNumber number && number.isInteger())) {
          throw unexpected(name, "an array of integers");
        }
        integers.add(number.integer());
      }
      return integers;
    }

    /**
     * Reads a member that must be an array of strings.
     *
     * @param name the member's name
     * @return the strings
     * @throws JsonException if it is absent, not an array, or has other elements
     */
    public List<String> strings(String name) throws JsonException {
      if (!(members.get(name) instanceof JsonArray(List<Json> elements))) {
        throw unexpected(name, "an array of strings");
      }
      List<String> strings = new ArrayList<>(elements.size());
      for (Json element : elements) {
        if (!(element instanceof JsonString(String value))) {
          throw unexpected(name, "an array of strings");
        }
        strings.add(value);
      }
      return strings;
    }

    /**
     * Reads a member that must be an array of numbers.
     *
     * @param name the member's name
     * @return the literals of the numbers
     * @throws JsonException if it is absent, not an array, or has other elements
     */
    public List<String> numbers(String name) throws JsonException {
      if (!(members.get(name) instanceof JsonArray(List<Json> elements))) {
        throw unexpected(name, "an array of numbers");
      }
      List<String> literals = new ArrayList<>(elements.size());
      for (Json element : elements) {
        if (!(element instanceof JsonNumber(String literal))) {
          throw unexpected(name, "an array of numbers");
        }
        literals.add(literal);
      }
      return literals;
    }

    /**
     * Reads a member that must be an array of objects.
     *
     * @param name the member's name
     * @return the objects
     * @throws JsonException if it is absent, not an array, or has other elements
     */
    public List<JsonObject> objects(String name) throws JsonException {
      if (!(members.get(name) instanceof JsonArray(List<Json> elements))) {
        throw unexpected(name, "an array of objects");
      }
      List<JsonObject> objects = new ArrayList<>(elements.size());
      for (Json element : elements) {
        if (!(element instanceof JsonObject object)) {
          throw unexpected(name, "an array of objects");
        }
        objects.add(object);
      }
      return objects;
    }

    /**
     * Reads a member that must be an object.
     *
     * @param name the member's name
     * @return the object
     * @throws JsonException if it is absent or not an object
     */
    public JsonObject object(String name) throws JsonException {
      if (members.get(name) instanceof JsonObject object) {
        return object;
      }
      throw unexpected(name, "an object");
    }

    private JsonException unexpected(String name, String expected) {
      @Nullable Json found = members.get(name);
      String value = found == null ? "nothing" : abbreviated(found.toString());
      return new JsonException("field \"" + name + "\": found " + value + ", expected " + expected);
    }

    private static String abbreviated(String text) {
      return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    @Override
    public String toString() {
      return JsonWriter.write(this);
    }
  }

  /**
   * An array.
   *
   * @param elements the values in order
   */
  record JsonArray(List<Json> elements) implements Json {

    /** Copies the elements. */
    public JsonArray {
      elements = List.copyOf(elements);
    }

    @Override
    public String toString() {
      return JsonWriter.write(this);
    }
  }

  /**
   * A string.
   *
   * @param value the characters, unescaped
   */
  record JsonString(String value) implements Json {
    @Override
    public String toString() {
      return JsonWriter.write(this);
    }
  }

  /**
   * A number, kept as its text.
   *
   * @param literal the digits in JSON syntax
   */
  record JsonNumber(String literal) implements Json {
    /** The most characters of a 64-bit integer. */
    private static final int INTEGER_LENGTH = 20;

    /**
     * Checks the literal.
     *
     * @throws IllegalArgumentException if it is not a JSON number
     */
    public JsonNumber {
      if (!isNumber(literal)) {
        throw new IllegalArgumentException("not a JSON number: " + literal);
      }
    }

    /**
     * Makes an integer.
     *
     * @param value the value
     * @return the number
     */
    public static JsonNumber of(long value) {
      return new JsonNumber(Long.toString(value));
    }

    // Scans by hand: the matcher of a pattern takes a hundred times the memory of "0,".
    static boolean isNumber(String literal) {
      int start = literal.startsWith("-") ? 1 : 0;
      int end = digits(literal, start);
      if (end == start || (literal.charAt(start) == '0' && end > start + 1)) {
        return false;
      }
      if (literal.startsWith(".", end)) {
        int fraction = end + 1;
        end = digits(literal, fraction);
        if (end == fraction) {
          return false;
        }
      }
      if (literal.startsWith("e", end) || literal.startsWith("E", end)) {
        boolean signed = literal.startsWith("+", end + 1) || literal.startsWith("-", end + 1);
        int exponent = end + (signed ? 2 : 1);
        end = digits(literal, exponent);
        if (end == exponent) {
          return false;
        }
      }
      return end == literal.length();
    }

    /** Returns the end of the digits that start at a position. */
    private static int digits(String literal, int start) {
      int end = start;
      while (end < literal.length() && literal.charAt(end) >= '0' && literal.charAt(end) <= '9') {
        end++;
      }
      return end;
    }

    /** {@return whether this is a 64-bit integer, written without fraction and exponent} */
    public boolean isInteger() {
      int start = literal.startsWith("-") ? 1 : 0;
      return literal.length() <= INTEGER_LENGTH
          && digits(literal, start) == literal.length()
          && !literal.equals("-0")
          && new BigInteger(literal).bitLength() < Long.SIZE;
    }

    /**
     * {@return the integer}
     *
     * @throws NumberFormatException if this is not a 64-bit integer
     */
    public long integer() {
      return Long.parseLong(literal);
    }

    @Override
    public String toString() {
      return literal;
    }
  }

  /**
   * True or false.
   *
   * @param value the truth value
   */
  record JsonBoolean(boolean value) implements Json {
    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /** The value null. */
  record JsonNull() implements Json {
    @Override
    public String toString() {
      return "null";
    }
  }
}
