package org.staccato.trainer.evaluate;

import java.util.Map;

/**
 * Measures the predictions of a model that predicts values, from a stream of targets and
 * predictions. Confined to one thread.
 */
public interface ValueMeasures {
  /**
   * Takes a case.
   *
   * @param target the value that came about
   * @param prediction the value that the model predicted
   * @throws IllegalArgumentException if one of them is out of its range
   */
  void add(double target, double prediction);

  /** {@return the number of cases} */
  long cases();

  /**
   * {@return the measures by name, in the order of reports; a measure that the cases do not define
   * is left out}
   */
  Map<String, Double> measures();
}
