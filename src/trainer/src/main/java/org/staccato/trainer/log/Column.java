package org.staccato.trainer.log;

/** The roles that columns of a log can play. */
public enum Column {
  /** Whose event it is. */
  USER,
  /**
   * The visit or invoice the event belongs to; stands in for {@link #USER} where that is missing.
   */
  SESSION,
  /** What was clicked, bought or watched. */
  ITEM,
  /** When it happened. */
  TIME,
  /** How many were bought; rows with 0 or less are returns and are dropped. */
  QUANTITY,
  /**
   * A rating or another strength; rows below {@link LogFormat.Limits#minimumValue()} are dropped.
   */
  VALUE
}
