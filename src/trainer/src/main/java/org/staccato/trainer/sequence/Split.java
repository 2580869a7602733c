package org.staccato.trainer.sequence;

import org.staccato.trainer.log.Keys;

/**
 * A log, split for training, validation and test. All parts use the same catalogue: item index
 * {@code i} has the external key {@code items.text(i)}, and indices are in descending order of
 * support in the training part (items of equal support are in the order of first appearance).
 *
 * @param train the sequences that a model may learn from
 * @param validation the cases for early stopping and for the choice of options
 * @param test the cases of the reported figures
 * @param items the external keys of the catalogue, one per item index
 * @param report the counts of events that were read, kept and left out
 */
public record Split(
    Sequences train,
    EvaluationCases validation,
    EvaluationCases test,
    Keys items,
    PreparationReport report) {

  /**
   * Joins the events of training and validation, for a last training with options that validation
   * has chosen. Those of the test stay apart.
   *
   * @return the sequences of training, which go on with the targets of the validation, and behind
   *     them those of the validation alone
   * @throws UnusableLogException if the parts are of two logs whose events have attributes
   */
  public Sequences trainAndValidation() throws UnusableLogException {
    return train.with(validation.sequences());
  }
}
