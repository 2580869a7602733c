package org.staccato.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a weight file says about how it was made. */
final class Provenance {
  /** The metadata key of the provenance. */
  static final String KEY = "staccato.provenance";

  /** The metadata key of the specification. */
  static final String SPECIFICATION_KEY = "staccato.specification";

  /** What fixes the time that results state; see reproducible-builds.org. */
  private static final String DATE_VARIABLE = "SOURCE_DATE_EPOCH";

  private Provenance() {}

  /**
   * {@return the time that a result states, in whole seconds: that of the environment variable
   * SOURCE_DATE_EPOCH, which makes results reproducible, or now}
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
