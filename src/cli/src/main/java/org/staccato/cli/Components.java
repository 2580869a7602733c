package org.staccato.cli;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the components of records, so that reports of options need no list that must be kept in
 * step.
 */
final class Components {
  private Components() {}

  /**
   * {@return the components of a public record by name: enum constants as lower-case words, records
   * as maps}
   */
  static Map<String, Object> of(Record options) {
    Map<String, Object> components = new LinkedHashMap<>();
    for (RecordComponent component : options.getClass().getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(options);
        components.put(
            component.getName(),
            switch (value) {
              case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
              case Record record -> of(record);
              default -> value;
            });
      } catch (ReflectiveOperationException impossible) {
        throw new IllegalStateException(options.getClass() + " is not public", impossible);
      }
    }
    return components;
  }

  /**
   * {@return the components of a public record; a component that is a record is replaced by its own
   * components, whose names begin with its name}
   */
  static Map<String, Object> flat(Record options) {
    return flat(of(options));
  }

  /**
   * {@return components in which maps are replaced by their entries, whose names begin with theirs}
   */
  static Map<String, Object> flat(Map<String, Object> nested) {
    Map<String, Object> components = new LinkedHashMap<>();
    nested.forEach((name, value) -> addFlat(components, name, value));
    return components;
  }

  private static void addFlat(Map<String, Object> components, String name, Object value) {
    if (value instanceof Map<?, ?> parts) {
      parts.forEach((part, each) -> addFlat(components, name + " " + part, each));
    } else {
      components.put(name, value);
    }
  }

  /** {@return a component's name in words: learningRate is "learning rate"} */
  static String words(String name) {
    return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
