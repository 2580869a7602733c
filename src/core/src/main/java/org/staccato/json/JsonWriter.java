package org.staccato.json;

import java.util.Iterator;
import java.util.Map;
import org.staccato.json.Json.JsonArray;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.Json.JsonString;

/** Writes JSON without white space; escapes only the characters that JSON requires. */
final class JsonWriter {
  private final StringBuilder text = new StringBuilder();

  private JsonWriter() {}

  static String write(Json value) {
    JsonWriter writer = new JsonWriter();
    writer.append(value);
    return writer.text.toString();
  }

  private void append(Json value) {
    switch (value) {
      case JsonObject object -> appendObject(object);
      case JsonArray array -> appendArray(array);
      case JsonString string -> appendString(string.value());
      case Json.JsonNumber number -> text.append(number.literal());
      case Json.JsonBoolean bool -> text.append(bool.value());
      case Json.JsonNull _ -> text.append("null");
    }
  }

  private void appendObject(JsonObject object) {
    text.append('{');
    Iterator<Map.Entry<String, Json>> members = object.members().entrySet().iterator();
    while (members.hasNext()) {
      Map.Entry<String, Json> member = members.next();
      appendString(member.getKey());
      text.append(':');
      append(member.getValue());
      if (members.hasNext()) {
        text.append(',');
      }
    }
    text.append('}');
  }

  private void appendArray(JsonArray array) {
    text.append('[');
    Iterator<Json> elements = array.elements().iterator();
    while (elements.hasNext()) {
      append(elements.next());
      if (elements.hasNext()) {
        text.append(',');
      }
    }
    text.append(']');
  }

  private void appendString(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < ' ') {
            text.append(String.format("\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
