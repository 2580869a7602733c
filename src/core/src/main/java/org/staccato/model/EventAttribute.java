package org.staccato.model;

import java.util.Collections;
import java.util.List;

/**
 * An attribute of an event that a network takes beside the item: one of a few values, each of which
 * has a row that is added to the sums of the lowest recurrent layer's gates. That is the product of
 * the layer's input weights with the value as a one-hot vector behind the layer's input.
 *
 * <p>Value {@link #UNKNOWN} stands for everything that an event does not say, or that the training
 * did not meet. It has a row like the others. Immutable and thread-safe; no method allocates.
 */
public sealed interface EventAttribute {

  /** The value of an event that does not have the attribute. */
  int UNKNOWN = 0;

  /** The most attributes of an input. */
  int COUNT_LIMIT = 16;

  /** The most values of an attribute, {@link #UNKNOWN} included. */
  int VALUE_LIMIT = 4096;

  /** {@return the name, a lower-case letter and up to 31 letters, digits and hyphens} */
  String name();

  /** {@return the number of values, {@link #UNKNOWN} included} */
  int values();

  /**
   * Reads the value of an event.
   *
   * @param event the event
   * @return the value, below {@link #values}
   */
  int valueOf(Event event);

  /**
   * The type of the event, or another category: value i + 1 is the category i.
   *
   * @param name the name of the attribute
   * @param categories the categories in ascending order of their UTF-16 code units, all different
   */
  record Category(String name, List<String> categories) implements EventAttribute {

    /**
     * Checks the name and the categories.
     *
     * @throws IllegalArgumentException if one is not allowed
     */
    public Category {
      HeadName.require("attribute name", name);
      categories = List.copyOf(categories);
      requireValues(name, "categories", categories.size());
      requireAscending(name, categories);
    }

    @Override
    public int values() {
      return categories.size() + 1;
    }

    @Override
    public int valueOf(Event event) {
      String type = event.type();
      return type == null ? UNKNOWN : Math.max(0, Collections.binarySearch(categories, type) + 1);
    }
  }

  /**
   * The level of the number that came with the event, such as a rating: value i + 1 for a number
   * from bound i up to the next, the last one without an end. A number below all bounds has the
   * value of the first.
   *
   * @param name the name of the attribute
   * @param bounds finite numbers in ascending order, all different
   */
  record Level(String name, List<Float> bounds) implements EventAttribute {

    /**
     * Checks the name and the bounds.
     *
     * @throws IllegalArgumentException if one is not allowed
     */
    public Level {
      HeadName.require("attribute name", name);
      bounds = List.copyOf(bounds);
      requireValues(name, "bounds", bounds.size());
      for (float bound : bounds) {
        if (!Float.isFinite(bound)) {
          throw new IllegalArgumentException(
              "attribute \""
                  + name
                  + "\": found the bound "
                  + bound
                  + ", expected a finite number");
        }
      }
      requireAscending(name, bounds);
    }

    @Override
    public int values() {
      return bounds.size() + 1;
    }

    @Override
    public int valueOf(Event event) {
      float number = event.value();
      if (Float.isNaN(number)) {
        return UNKNOWN;
      }
      int low = 0;
      int high = bounds.size();
      while (high - low > 1) {
        int middle = (low + high) >>> 1;
        if (bounds.get(middle) <= number) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return low + 1;
    }
  }

  /**
   * The time since the user's event before, on a logarithmic scale: value 1 + ⌊log₂(1 + seconds)⌋,
   * and the last value for everything longer. A clock that went backwards gives {@link #UNKNOWN}.
   *
   * @param name the name of the attribute
   * @param buckets the number of values beside {@link #UNKNOWN}, 1 to 64
   */
  record Gap(String name, int buckets) implements EventAttribute {
    private static final int BUCKET_LIMIT = 64;

    /** The usual number of buckets: the last one begins at 388 days. */
    public static final int USUAL_BUCKETS = 26;

    /**
     * Checks the name and the number.
     *
     * @throws IllegalArgumentException if one is not allowed
     */
    public Gap {
      HeadName.require("attribute name", name);
      Range.require("buckets", buckets, BUCKET_LIMIT);
    }

    @Override
    public int values() {
      return buckets + 1;
    }

    @Override
    public int valueOf(Event event) {
      long before = event.previousMillis();
      long now = event.millis();
      if (before == Event.UNKNOWN_TIME || now == Event.UNKNOWN_TIME || before > now) {
        return UNKNOWN;
      }
      // A difference beyond 63 bits is negative, and as long as can be.
      long millis = now - before;
      long seconds = millis < 0 ? Long.MAX_VALUE / 2 : millis / 1000;
      int bucket = Long.SIZE - Long.numberOfLeadingZeros(1 + seconds);
      return Math.min(buckets, bucket);
    }
  }

  /**
   * The hour of the day or the weekday of the event, by the clock of a zone: value 1 for midnight
   * to one, or for Monday.
   *
   * @param name the name of the attribute
   * @param unit the hand of the clock
   * @param clock the clock
   */
  record Clock(String name, Unit unit, LocalClock clock) implements EventAttribute {

    /** The hands of a clock. */
    public enum Unit {
      /** The hour of the day. */
      HOUR,
      /** The day of the week. */
      WEEKDAY
    }

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is not allowed
     */
    public Clock {
      HeadName.require("attribute name", name);
    }

    @Override
    public int values() {
      return unit == Unit.HOUR ? 25 : 8;
    }

    @Override
    public int valueOf(Event event) {
      long millis = event.millis();
      if (millis == Event.UNKNOWN_TIME) {
        return UNKNOWN;
      }
      return 1 + (unit == Unit.HOUR ? clock.hour(millis) : clock.weekday(millis));
    }
  }

  private static void requireValues(String name, String what, int count) {
    Range.require("attribute \"" + name + "\", " + what, count, VALUE_LIMIT - 1);
  }

  private static <T extends Comparable<T>> void requireAscending(String name, List<T> values) {
    for (int i = 1; i < values.size(); i++) {
      if (values.get(i - 1).compareTo(values.get(i)) >= 0) {
        throw new IllegalArgumentException(
            "attribute \"%s\": found \"%s\" before \"%s\", expected ascending order, each once"
                .formatted(name, values.get(i - 1), values.get(i)));
      }
    }
  }
}
