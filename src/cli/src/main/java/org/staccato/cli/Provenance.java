package org.staccato.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metadata of a weight file about its origin. */
final class Provenance {
  /** The metadata key of the provenance. */
  static final String KEY = "staccato.provenance";

  /** The metadata key of the specification. */
  static final String SPECIFICATION_KEY = "staccato.specification";

  /** The environment variable that fixes the time in results; see reproducible-builds.org. */
  private static final String DATE_VARIABLE = "SOURCE_DATE_EPOCH";

  private Provenance() {}

  /**
   * {@return the time to state in a result, in whole seconds: that of the environment variable
   * SOURCE_DATE_EPOCH, which makes results reproducible, or the current time}
   */
  static Instant now() {
    String fixed = System.getenv(DATE_VARIABLE);
    if (fixed == null || fixed.isBlank()) {
      return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
    try {
      return Instant.ofEpochSecond(Long.parseLong(fixed.strip()));
    } catch (NumberFormatException | DateTimeException e) {
      throw new BadInputException(
          DATE_VARIABLE + ": found '" + fixed + "', expected seconds since 1970");
    }
  }

  /** {@return a JSON object of the metadata; empty if the entry is absent or not a JSON object} */
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
   * {@return the layout, cleaning and split of a model's training log, as flat text; may be empty}
   */
  static Map<String, String> recipe(Map<String, String> metadata) {
    Map<String, String> recipe = new LinkedHashMap<>();
    if (parse(metadata.get(KEY)).get("recipe") instanceof Map<?, ?> stored) {
      stored.forEach((name, value) -> recipe.put(String.valueOf(name), String.valueOf(value)));
    }
    return recipe;
  }
}
