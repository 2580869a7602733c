package org.staccato.trainer.evaluate;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.staccato.model.Link;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.UnusableLogException;

/**
 * What a model predicts of the next event, given its item: its value, such as a rating, or the
 * probability that it is a click. Events without a value are no targets. A weight file keeps the
 * task as flat text, beside the recipe of its log.
 *
 * @param kind the target
 * @param threshold the value from which an event counts as a click; NaN if values are 0 and 1
 * @param lowest the lowest rating, to which predictions are raised where they are shown or measured
 * @param highest the highest rating, to which they are lowered
 */
public record ValueTask(Kind kind, double threshold, double lowest, double highest) {

  /** The kinds of targets. */
  public enum Kind {
    /** The value of the event. */
    RATING,
    /** Whether the event is a click. */
    CLICK
  }

  private static final String PREFIX = "objective.";
  private static final String KIND = PREFIX + "kind";
  private static final String THRESHOLD = PREFIX + "click-threshold";
  private static final String LOWEST = PREFIX + "lowest";
  private static final String HIGHEST = PREFIX + "highest";

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public ValueTask {
    if (!(lowest < highest)) {
      throw new IllegalArgumentException(
          "rating range: found "
              + lowest
              + " to "
              + highest
              + ", expected a lower and a higher number");
    }
  }

  /**
   * Predicts ratings.
   *
   * @param lowest the lowest rating, or −∞
   * @param highest the highest rating, or ∞
   * @return the task
   * @throws IllegalArgumentException if the range is empty
   */
  public static ValueTask rating(double lowest, double highest) {
    return new ValueTask(Kind.RATING, Double.NaN, lowest, highest);
  }

  /**
   * Predicts clicks.
   *
   * @param threshold the value from which an event counts as a click; NaN if values are 0 and 1
   * @return the task
   */
  public static ValueTask click(double threshold) {
    return new ValueTask(Kind.CLICK, threshold, 0, 1);
  }

  /** {@return the link from a score to the answer} */
  public Link link() {
    return kind == Kind.CLICK ? Link.SIGMOID : Link.IDENTITY;
  }

  /**
   * {@return the target of an event: its value, or 1 for a click and 0 for none}
   *
   * @param value the value of the event, not NaN
   */
  public float target(float value) {
    if (kind == Kind.RATING || Double.isNaN(threshold)) {
      return value;
    }
    return value >= threshold ? 1 : 0;
  }

  /**
   * {@return a prediction within the range of the target}
   *
   * @param prediction the prediction of a model
   */
  public double inRange(double prediction) {
    return Math.clamp(prediction, lowest, highest);
  }

  /** {@return measures for predictions of this task, without cases} */
  public ValueMeasures newMeasures() {
    return kind == Kind.CLICK ? new ProbabilityMeasures() : new ErrorMeasures();
  }

  /** {@return the name of the measure that selects the best epoch, the lower the better} */
  public String metric() {
    return kind == Kind.CLICK ? "logLoss" : "rmse";
  }

  /**
   * Checks that the values of a log's parts are those of this task, and that there is something to
   * learn.
   *
   * @param train the training part
   * @param others the cases of the other parts
   * @throws UnusableLogException if clicks are neither 0 nor 1, or the training part has no target,
   *     or only clicks, or none
   */
  public void require(Sequences train, EvaluationCases... others) throws UnusableLogException {
    double lowestTarget = requireTargets(train);
    for (EvaluationCases other : others) {
      requireTargets(other.sequences());
    }
    double highestTarget = -lowest(train, -1);
    String what = kind.name().toLowerCase(Locale.ROOT) + "s";
    if (Double.isInfinite(lowestTarget)) {
      throw new UnusableLogException(
          what + ": found none in the training part, expected a value on some events");
    }
    if (kind == Kind.CLICK && lowestTarget == highestTarget) {
      throw new UnusableLogException(
          what + ": found only " + (int) lowestTarget + " in the training part, expected 0 and 1");
    }
  }

  private double requireTargets(Sequences sequences) throws UnusableLogException {
    for (int sequence = 0; kind == Kind.CLICK && sequence < sequences.count(); sequence++) {
      for (int position = 0; position < sequences.length(sequence); position++) {
        float value = sequences.value(sequence, position);
        if (!Float.isNaN(value) && target(value) != 0 && target(value) != 1) {
          throw new UnusableLogException(
              "clicks: found the value "
                  + value
                  + ", expected 0 or 1, or a threshold from which a value is a click");
        }
      }
    }
    return lowest(sequences, 1);
  }

  /** Returns the least target times a sign, ∞ if there is none. */
  private double lowest(Sequences sequences, int sign) {
    double least = Double.POSITIVE_INFINITY;
    for (int sequence = 0; sequence < sequences.count(); sequence++) {
      for (int position = 1; position < sequences.length(sequence); position++) {
        float value = sequences.value(sequence, position);
        if (!Float.isNaN(value)) {
          least = Math.min(least, sign * target(value));
        }
      }
    }
    return least;
  }

  /**
   * {@return the mean target of the training part}
   *
   * @param train the training part, which has targets
   */
  public double mean(Sequences train) {
    double sum = 0;
    long count = 0;
    for (int sequence = 0; sequence < train.count(); sequence++) {
      for (int position = 1; position < train.length(sequence); position++) {
        float value = train.value(sequence, position);
        if (!Float.isNaN(value)) {
          sum += target(value);
          count++;
        }
      }
    }
    return sum / count;
  }

  /** {@return this task as flat text, for {@link #fromMap}} */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(KIND, kind.name().toLowerCase(Locale.ROOT));
    map.put(THRESHOLD, Double.toString(threshold));
    map.put(LOWEST, Double.toString(lowest));
    map.put(HIGHEST, Double.toString(highest));
    return map;
  }

  /**
   * {@return the task that {@link #toMap} wrote, or ratings without a range if the map has none}
   *
   * @param map the flat text
   * @throws IllegalArgumentException if a value is malformed
   */
  public static ValueTask fromMap(Map<String, String> map) {
    return new ValueTask(
        Kind.valueOf(map.getOrDefault(KIND, "rating").toUpperCase(Locale.ROOT)),
        Double.parseDouble(map.getOrDefault(THRESHOLD, "NaN")),
        Double.parseDouble(map.getOrDefault(LOWEST, "-Infinity")),
        Double.parseDouble(map.getOrDefault(HIGHEST, "Infinity")));
  }
}
