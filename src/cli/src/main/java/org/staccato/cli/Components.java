package org.staccato.cli;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reads the components of records, so that options are reported without a list to keep in step. */
final class Components {
  private Components() {}

  /** {@return the components of a public record by name, enum constants as lower-case words} */
  static Map<String, Object> of(Record options) {
    Map<String, Object> components = new LinkedHashMap<>();
    for (RecordComponent component : options.getClass().getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(options);
        components.put(
            component.getName(),
            value instanceof Enum<?> constant
                ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
                : value);
      } catch (ReflectiveOperationException impossible) {
        throw new IllegalStateException(options.getClass() + " is not public", impossible);
      }
    }
    return components;
  }

  /** {@return a component's name in words: learningRate is "learning rate"} */
  static String words(String name) {
    return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
