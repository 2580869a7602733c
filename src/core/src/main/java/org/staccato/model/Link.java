package org.staccato.model;

/** Turns the score of an item into an answer about that item. */
public enum Link {
  /** The score is a logit among all items: it ranks, and says nothing about an item alone. */
  NONE,
  /** The score is an expected value of the event on the item, such as a rating. */
  IDENTITY,
  /** The score is the logit of a probability of the event on the item, such as that of a click. */
  SIGMOID;

  /**
   * Turns a score into an answer.
   *
   * @param score the score of an item
   * @return the expected value or the probability; the score itself without a link
   */
  public double apply(double score) {
    return this == SIGMOID ? 1 / (1 + Math.exp(-score)) : score;
  }
}
