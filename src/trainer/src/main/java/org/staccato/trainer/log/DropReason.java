package org.staccato.trainer.log;

/**
 * Why an event of a log is left out, in the order in which the reasons are looked at and reported.
 */
public enum DropReason {
  /** A row that cannot be read, where the format lets some be. */
  BROKEN("broken rows"),
  /** The row says nobody did it. */
  NO_USER("rows without user"),
  /** The row says nothing was chosen. */
  NO_ITEM("rows without item"),
  /** A quantity of 0 or less. */
  RETURN("returns (quantity of 0 or less)"),
  /** A rating below the minimum. */
  LOW_VALUE("events below the minimum value"),
  /** Outside the time window that was asked for. */
  OUTSIDE_WINDOW("events outside the time window"),
  /** The same item as just before in the same sequence. */
  REPEAT("consecutive repeats"),
  /** An item with fewer events than asked for. */
  RARE_ITEM("events of items under the support threshold"),
  /** An item of the validation or test part that the training part does not know. */
  UNKNOWN_ITEM("validation and test events of items unknown in training"),
  /** A sequence with fewer events than asked for. */
  SHORT_SEQUENCE("events of sequences that are too short");

  private final String description;

  DropReason(String description) {
    this.description = description;
  }

  /** {@return what was dropped, in plain words that follow a count} */
  public String description() {
    return description;
  }
}
