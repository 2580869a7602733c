package org.staccato.trainer.log;

/** The roles that columns of a log can play. */
public enum Column {
  /** The user of the event. */
  USER,
  /** The visit or invoice of the event; replaces {@link #USER} where that is missing. */
  SESSION,
  /** The item that was clicked, bought or watched. */
  ITEM,
  /** The time of the event. */
  TIME,
  /** The number of items bought; rows with 0 or less are returns and are dropped. */
  QUANTITY,
  /**
   * A rating or another strength; rows below {@link LogFormat.Limits#minimumValue()} are dropped.
   */
  VALUE,
  /** The type of the event, such as a view or a purchase; no preset has one. */
  TYPE
}
