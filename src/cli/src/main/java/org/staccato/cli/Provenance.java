package org.staccato.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a weight file says about how it was made. */
final class Provenance {
  /** The metadata key of the provenance. */
  static final String KEY = "staccato.provenance";

  /** The metadata key of the specification. */
  static final String SPECIFICATION_KEY = "staccato.specification";

  private Provenance() {}

  /** {@return a JSON object of the metadata, empty if it is absent or not one} */
  static Map<String, Object> parse(@Nullable String json) {
    if (json == null) {
      return Map.of();
    }
    try {
      return JSON.std.mapFrom(json);
    } catch (IOException notAnObject) {
      return Map.of();
    }
  }

  /**
   * {@return how the log of a model was laid out, cleaned and split, as flat text; may be empty}
   */
  static Map<String, String> recipe(Map<String, String> metadata) {
    Map<String, String> recipe = new LinkedHashMap<>();
    if (parse(metadata.get(KEY)).get("recipe") instanceof Map<?, ?> stored) {
      stored.forEach((name, value) -> recipe.put(String.valueOf(name), String.valueOf(value)));
    }
    return recipe;
  }
}
