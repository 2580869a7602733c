package org.staccato.trainer.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Sequences;

/**
 * Predicts the value of every case that has one, and measures the predictions within the range of
 * the task. Immutable and safe to share between threads.
 *
 * @param task the task
 */
public record ValueEvaluator(ValueTask task) {

  /**
   * The measures of a model on a set of cases.
   *
   * @param model the name of the model
   * @param cases the number of cases with a prediction
   * @param unknown the number of cases whose item the model does not know, which are not measured
   * @param measures the measures by name, in the order of reports
   */
  public record Result(String model, long cases, long unknown, Map<String, Double> measures) {

    /** Copies the map, in its order. */
    public Result {
      measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }

    /**
     * {@return a measure, NaN if the cases do not define it}
     *
     * @param name its name
     */
    public double measure(String name) {
      return measures.getOrDefault(name, Double.NaN);
    }
  }

  /**
   * {@return the measures of several models on the same cases}
   *
   * @param models the models
   * @param cases the cases
   * @throws CancellationException if the calling thread is interrupted
   */
  public List<Result> evaluate(List<ValueModel> models, EvaluationCases cases) {
    return models.stream().map(model -> evaluate(model, cases)).toList();
  }

  /**
   * {@return the measures of a model}
   *
   * @param model the model
   * @param cases the cases
   * @throws CancellationException if the calling thread is interrupted
   */
  public Result evaluate(ValueModel model, EvaluationCases cases) {
    ValueModel.Session session = model.newSession();
    ValueMeasures measures = task.newMeasures();
    Sequences sequences = cases.sequences();
    long unknown = 0;
    for (int sequence = 0; sequence < sequences.count(); sequence++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("the evaluation was interrupted");
      }
      session.reset();
      for (int position = 0; position < sequences.length(sequence); position++) {
        float value = sequences.value(sequence, position);
        if (position >= cases.firstTarget(sequence) && !Float.isNaN(value)) {
          double prediction = session.predict(sequences, sequence, position);
          if (Double.isNaN(prediction)) {
            unknown++;
          } else {
            measures.add(task.target(value), task.inRange(prediction));
          }
        }
        session.observe(sequences, sequence, position);
      }
    }
    return new Result(model.name(), measures.cases(), unknown, measures.measures());
  }
}
