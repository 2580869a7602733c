package org.staccato.model;

/** The functions that a prediction applies to the sums of its linear layer. */
public enum Activation {
  /** The identity: the sums themselves. */
  LINEAR,
  /** The logistic function of each sum: independent probabilities. */
  SIGMOID,
  /** eˣ over the sum of all eˣ: the probabilities of classes, which add up to 1. */
  SOFTMAX
}
