package org.staccato.trainer.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines that hold one event each, as a JSON object. A member takes the place of a column; the
 * name of a member of a nested object has points, as in {@code user.id}. A member that a later line
 * lacks is empty.
 */
final class JsonLines implements EventRows.Fields {
  private static final String EXPECTED = "one JSON object";

  /** The maximum number of characters that are searched for the begin of a first object. */
  private static final int LONGEST_BEGIN = 256;

  private final JsonFactory json = new JsonFactory();
  private final String source;
  private final BufferedReader text;
  private final EventRows rows;
  private final LogFormat format;

  /**
   * The members of the current line by lower-case name; null for members that are not a single
   * value.
   */
  private final Map<String, @Nullable String> members = new HashMap<>();

  private long line;
  private boolean begun;
  private boolean withUser;

  JsonLines(String source, BufferedReader text, EventRows rows) {
    this.source = source;
    this.text = text;
    this.rows = rows;
    this.format = rows.format();
  }

  /** Returns whether a text begins with a JSON object. */
  static boolean begin(String source, BufferedReader text) throws IOException {
    char[] start = new char[LONGEST_BEGIN];
    text.mark(LONGEST_BEGIN);
    int length = Math.max(0, text.read(start));
    text.reset();
    String begin = new String(start, 0, length).stripLeading();
    if (begin.startsWith("[") && begin.substring(1).stripLeading().startsWith("{")) {
      throw LogFormatException.ofSource(
          source, "a JSON array", "one object per line: jq -c '.[]' converts an array");
    }
    return begin.startsWith("{");
  }

  void read() throws IOException {
    for (String each = text.readLine(); each != null; each = text.readLine()) {
      line++;
      if (each.isBlank()) {
        continue;
      }
      try {
        parse(each);
      } catch (JsonProcessingException e) {
        rows.broken(
            LogFormatException.ofRow(
                source,
                line,
                null,
                "a line that is not a JSON object (" + e.getOriginalMessage() + ")",
                EXPECTED));
        continue;
      }
      if (!begun) {
        begin();
      }
      rows.add(line, this);
    }
    rows.requireAny(false);
  }

  /** Checks that the first object has the columns that every log must have. */
  private void begin() throws LogFormatException {
    begun = true;
    for (Column column : Column.values()) {
      if (rows.requires(column) && !has(column)) {
        throw missing(column);
      }
    }
    withUser = has(Column.USER);
    if (!withUser && !has(Column.SESSION)) {
      throw missing(Column.USER);
    }
  }

  private boolean has(Column column) {
    return format.names(column).stream().anyMatch(name -> members.containsKey(key(name)));
  }

  private LogFormatException missing(Column column) {
    List<String> found = new ArrayList<>(members.keySet());
    found.sort(null);
    return LogFormatException.ofColumn(source, line, column, format.names(column), found);
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private void parse(String object) throws IOException {
    members.clear();
    try (JsonParser parser = json.createParser(object)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(parser, "it begins with something else");
      }
      parseMembers(parser, "");
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "something follows the object");
      }
    }
  }

  private void parseMembers(JsonParser parser, String path) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      String key = key(path + name);
      switch (parser.nextToken()) {
        case START_OBJECT -> parseMembers(parser, path + name + ".");
        case START_ARRAY -> {
          parser.skipChildren();
          members.put(key, null);
        }
        case VALUE_NULL -> members.put(key, "");
        default -> members.put(key, parser.getText());
      }
    }
  }

  @Override
  public @Nullable String text(Column column) throws LogFormatException {
    if (format.names(column).isEmpty() || (column == Column.USER && !withUser)) {
      return null;
    }
    String name = name(column);
    if (!members.containsKey(key(name))) {
      return format.isOptional(column) && column != Column.USER ? null : "";
    }
    String text = members.get(key(name));
    if (text == null) {
      throw LogFormatException.ofRow(source, line, name, "an array", "one value");
    }
    return text;
  }

  @Override
  public String name(Column column) {
    List<String> names = format.names(column);
    return names.stream()
        .filter(name -> members.containsKey(key(name)))
        .findFirst()
        .orElseGet(names::getFirst);
  }
}
