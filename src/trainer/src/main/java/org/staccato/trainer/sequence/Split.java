package org.staccato.trainer.sequence;

import org.staccato.trainer.log.Keys;

/**
 * A log, split for training, validation and test. All parts speak of the same catalogue: item index
 * {@code i} has the external key {@code items.text(i)}, and indices are in descending order of
 * support in the training part (equal support: first appearance first).
 *
 * @param train what a model may learn from
 * @param validation what early stopping and the choice of options look at
 * @param test what is reported
 * @param items the external keys of the catalogue, one per item index
 * @param report what was read, kept and left out
 */
public record Split(
    Sequences train,
    EvaluationCases validation,
    EvaluationCases test,
    Keys items,
    PreparationReport report) {}
