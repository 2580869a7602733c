package org.staccato.model;

import static org.staccato.model.SpecificationJson.integer;
import static org.staccato.model.SpecificationJson.number;
import static org.staccato.model.SpecificationJson.object;
import static org.staccato.model.SpecificationJson.requireMembers;
import static org.staccato.model.SpecificationJson.text;

import java.util.ArrayList;
import java.util.List;
import org.staccato.json.Json;
import org.staccato.json.Json.JsonArray;
import org.staccato.json.Json.JsonNumber;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.Json.JsonString;
import org.staccato.json.JsonException;

/** The JSON form of the attributes of events. */
final class AttributeJson {
  private static final String KIND = "kind";
  private static final String NAME = "name";
  private static final String CATEGORIES = "categories";
  private static final String BOUNDS = "bounds";
  private static final String BUCKETS = "buckets";
  private static final String ZONE = "zone";

  private enum Kind {
    CATEGORY,
    LEVEL,
    GAP,
    HOUR,
    WEEKDAY
  }

  private AttributeJson() {}

  static JsonArray write(List<EventAttribute> attributes) {
    return new JsonArray(attributes.stream().<Json>map(AttributeJson::write).toList());
  }

  private static JsonObject write(EventAttribute attribute) {
    JsonString name = new JsonString(attribute.name());
    return switch (attribute) {
      case EventAttribute.Category category ->
          object(
              KIND,
              text(Kind.CATEGORY),
              NAME,
              name,
              CATEGORIES,
              new JsonArray(category.categories().stream().<Json>map(JsonString::new).toList()));
      case EventAttribute.Level level ->
          object(
              KIND,
              text(Kind.LEVEL),
              NAME,
              name,
              BOUNDS,
              new JsonArray(
                  level.bounds().stream()
                      .<Json>map(bound -> new JsonNumber(bound.toString()))
                      .toList()));
      case EventAttribute.Gap gap ->
          object(KIND, text(Kind.GAP), NAME, name, BUCKETS, number(gap.buckets()));
      case EventAttribute.Clock clock ->
          object(
              KIND,
              text(clock.unit() == EventAttribute.Clock.Unit.HOUR ? Kind.HOUR : Kind.WEEKDAY),
              NAME,
              name,
              ZONE,
              new JsonString(clock.clock().zone()));
    };
  }

  static List<EventAttribute> read(List<JsonObject> objects) throws JsonException {
    List<EventAttribute> attributes = new ArrayList<>();
    for (JsonObject object : objects) {
      attributes.add(read(object));
    }
    return attributes;
  }

  private static EventAttribute read(JsonObject object) throws JsonException {
    String name = object.string(NAME);
    return switch (object.constant(KIND, Kind.class)) {
      case CATEGORY -> {
        requireMembers(object, KIND, NAME, CATEGORIES);
        yield new EventAttribute.Category(name, object.strings(CATEGORIES));
      }
      case LEVEL -> {
        requireMembers(object, KIND, NAME, BOUNDS);
        yield new EventAttribute.Level(
            name, object.numbers(BOUNDS).stream().map(Float::valueOf).toList());
      }
      case GAP -> {
        requireMembers(object, KIND, NAME, BUCKETS);
        yield new EventAttribute.Gap(name, integer(object, BUCKETS));
      }
      case HOUR -> clock(object, name, EventAttribute.Clock.Unit.HOUR);
      case WEEKDAY -> clock(object, name, EventAttribute.Clock.Unit.WEEKDAY);
    };
  }

  private static EventAttribute clock(
      JsonObject object, String name, EventAttribute.Clock.Unit unit) throws JsonException {
    requireMembers(object, KIND, NAME, ZONE);
    return new EventAttribute.Clock(name, unit, LocalClock.of(object.string(ZONE)));
  }
}
