package org.staccato.trainer.sequence;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The options of turning a log into sequences and of splitting them. A weight file keeps them as
 * flat text, so that the split of a training run can be repeated.
 *
 * @param sequenceBy the events that make a sequence
 * @param gap with {@link SequenceBy#GAP}, the length of a pause above which a new sequence starts
 * @param filter the events that are left out
 * @param splitBy the way to make the parts
 * @param days the length of the test part and of the validation part of a temporal split, at least
 *     1
 * @param share the share of a sequence's events in the test part and in the validation part of a
 *     split by {@link SplitBy#LAST_SHARE}, above 0 and below ½
 * @param excludeSeen whether the previous items of a sequence are left out of the ranking
 */
@SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
public record PreparationOptions(
    SequenceBy sequenceBy,
    Duration gap,
    LogFilter filter,
    SplitBy splitBy,
    int days,
    double share,
    boolean excludeSeen) {

  /** The events that make a sequence. */
  public enum SequenceBy {
    /** All events of a user. */
    USER,
    /** All events of a session of the log. */
    SESSION,
    /** Events of a user without a pause longer than the gap. */
    GAP
  }

  /** The ways to make the parts. */
  public enum SplitBy {
    /**
     * Each sequence's last event is the test target, the one before it the validation target, and
     * all earlier events are for training; sequences of fewer than three events are for training
     * only.
     */
    LEAVE_ONE_OUT,
    /**
     * The last share of each sequence's events, rounded and at least one, are test targets, as many
     * before them are validation targets, and all earlier events are for training; sequences that
     * are too short for that are for training only.
     */
    LAST_SHARE,
    /**
     * The last days of the log are the test part, the same number of days before them is the
     * validation part, and all earlier days are the training part. Each event of a part is a
     * target, whose prefix reaches back into the earlier parts.
     */
    TEMPORAL,
    /** The parts are separate logs; each prefix of a validation or test sequence is a case. */
    GIVEN
  }

  private static final String PREFIX = "preparation.";

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public PreparationOptions {
    LogFilter.requirePositive("days", days);
    if (!(share > 0 && share < 0.5)) {
      throw new IllegalArgumentException(
          "share: found " + share + ", expected more than 0 and less than 0.5");
    }
    if (gap.isNegative() || gap.isZero()) {
      throw new IllegalArgumentException("gap: found " + gap + ", expected more than 0 seconds");
    }
  }

  /** {@return options that keep every event, for a split of users by leave-one-out} */
  public static PreparationOptions leaveOneOut() {
    return new PreparationOptions(
        SequenceBy.USER,
        Duration.ofMinutes(30),
        LogFilter.NONE,
        SplitBy.LEAVE_ONE_OUT,
        1,
        0.1,
        false);
  }

  /**
   * {@return options that keep every event, for a split of users by time}
   *
   * @param days the length of the test part and of the validation part
   */
  public static PreparationOptions temporal(int days) {
    return leaveOneOut().withSplitBy(SplitBy.TEMPORAL).withDays(days);
  }

  /**
   * {@return options that keep every event, for a split of each sequence by the share of its last
   * events}
   *
   * @param share the share of the test part and of the validation part
   */
  public static PreparationOptions lastShare(double share) {
    return leaveOneOut().withSplitBy(SplitBy.LAST_SHARE).withShare(share);
  }

  /** {@return options that keep every event, for parts that are separate logs} */
  public static PreparationOptions given() {
    return leaveOneOut().withSplitBy(SplitBy.GIVEN);
  }

  /**
   * {@return these options with another way of making sequences}
   *
   * @param sequenceBy the events that make a sequence
   */
  public PreparationOptions withSequenceBy(SequenceBy sequenceBy) {
    return with("sequence-by", word(sequenceBy));
  }

  /**
   * {@return these options with sequences that end at a pause}
   *
   * @param gap the length of a pause above which a new sequence starts
   */
  public PreparationOptions withGap(Duration gap) {
    return withSequenceBy(SequenceBy.GAP).with("gap", gap.toString());
  }

  /**
   * {@return these options with a time window}
   *
   * @param from the time before which events are left out, or null
   * @param to the time from which events are left out, or null
   */
  public PreparationOptions withWindow(@Nullable Instant from, @Nullable Instant to) {
    return with("from", "").with("to", text(to)).with("from", text(from));
  }

  /**
   * {@return these options with or without consecutive repeats}
   *
   * @param dropRepeats whether they are left out
   */
  public PreparationOptions withDropRepeats(boolean dropRepeats) {
    return with("drop-repeats", Boolean.toString(dropRepeats));
  }

  /**
   * {@return these options with another support threshold}
   *
   * @param minimumSupport items with fewer events are left out
   */
  public PreparationOptions withMinimumSupport(int minimumSupport) {
    return with("minimum-support", Integer.toString(minimumSupport));
  }

  /**
   * {@return these options with another least length}
   *
   * @param minimumLength sequences with fewer events are left out
   */
  public PreparationOptions withMinimumLength(int minimumLength) {
    return with("minimum-length", Integer.toString(minimumLength));
  }

  /**
   * {@return these options with another split}
   *
   * @param splitBy the way to make the parts
   */
  public PreparationOptions withSplitBy(SplitBy splitBy) {
    return with("split-by", word(splitBy));
  }

  /**
   * {@return these options with other lengths of the parts of a temporal split}
   *
   * @param days the length of the test part and of the validation part
   */
  public PreparationOptions withDays(int days) {
    return with("days", Integer.toString(days));
  }

  /**
   * {@return these options with other parts of a split by the last share of each sequence}
   *
   * @param share the share of the test part and of the validation part
   */
  public PreparationOptions withShare(double share) {
    return with("share", Double.toString(share));
  }

  /**
   * {@return these options with or without seen items in the ranking}
   *
   * @param excludeSeen whether they are left out
   */
  public PreparationOptions withExcludeSeen(boolean excludeSeen) {
    return with("exclude-seen", Boolean.toString(excludeSeen));
  }

  /** {@return these options as flat text, in a stable order, for {@link #fromMap}} */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(PREFIX + "sequence-by", word(sequenceBy));
    map.put(PREFIX + "gap", gap.toString());
    map.put(PREFIX + "from", text(filter.from()));
    map.put(PREFIX + "to", text(filter.to()));
    map.put(PREFIX + "drop-repeats", Boolean.toString(filter.dropRepeats()));
    map.put(PREFIX + "minimum-support", Integer.toString(filter.minimumSupport()));
    map.put(PREFIX + "minimum-length", Integer.toString(filter.minimumLength()));
    map.put(PREFIX + "split-by", word(splitBy));
    map.put(PREFIX + "days", Integer.toString(days));
    if (splitBy == SplitBy.LAST_SHARE) {
      map.put(PREFIX + "share", Double.toString(share));
    }
    map.put(PREFIX + "exclude-seen", Boolean.toString(excludeSeen));
    return map;
  }

  /**
   * {@return the options that {@link #toMap} wrote}; missing keys take the values of {@link
   * #leaveOneOut}, and unknown keys are ignored
   *
   * @param map the flat text
   * @throws IllegalArgumentException if a value is malformed or out of range
   */
  public static PreparationOptions fromMap(Map<String, String> map) {
    PreparationOptions other = leaveOneOut();
    LogFilter usual = other.filter;
    return new PreparationOptions(
        value(map, "sequence-by", name -> SequenceBy.valueOf(constant(name)), other.sequenceBy),
        value(map, "gap", Duration::parse, other.gap),
        new LogFilter(
            instant(map, "from"),
            instant(map, "to"),
            value(map, "drop-repeats", PreparationOptions::parseBoolean, usual.dropRepeats()),
            value(map, "minimum-support", Integer::valueOf, usual.minimumSupport()),
            value(map, "minimum-length", Integer::valueOf, usual.minimumLength())),
        value(map, "split-by", name -> SplitBy.valueOf(constant(name)), other.splitBy),
        value(map, "days", Integer::valueOf, other.days),
        value(map, "share", Double::valueOf, other.share),
        value(map, "exclude-seen", PreparationOptions::parseBoolean, other.excludeSeen));
  }

  /**
   * Changes one option by way of the flat text, which is the shortest way because it names all
   * options.
   */
  private PreparationOptions with(String key, String value) {
    Map<String, String> changed = toMap();
    changed.put(PREFIX + key, value);
    return fromMap(changed);
  }

  private static String text(@Nullable Instant instant) {
    return instant == null ? "" : instant.toString();
  }

  private static @Nullable Instant instant(Map<String, String> map, String key) {
    String text = map.get(PREFIX + key);
    return text == null || text.isEmpty() ? null : value(map, key, Instant::parse, Instant.EPOCH);
  }

  private static <T> T value(
      Map<String, String> map, String key, Function<String, T> parser, T otherwise) {
    String text = map.get(PREFIX + key);
    if (text == null) {
      return otherwise;
    }
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          PREFIX + key + ": found '" + text + "', expected something like '" + otherwise + "'", e);
    }
  }

  private static boolean parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String constant(String word) {
    return word.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
