package org.staccato.trainer.log;

/**
 * The reasons to leave an event of a log out, in the order in which they are checked and reported.
 */
public enum DropReason {
  /** A row that cannot be read, in a format that allows some broken rows. */
  BROKEN("broken rows"),
  /** A row without a user. */
  NO_USER("rows without user"),
  /** A row without an item. */
  NO_ITEM("rows without item"),
  /** A quantity of 0 or less. */
  RETURN("returns (quantity of 0 or less)"),
  /** A rating below the minimum. */
  LOW_VALUE("events below the minimum value"),
  /** An event outside the requested time window. */
  OUTSIDE_WINDOW("events outside the time window"),
  /** An event with the same item as the previous one of its sequence. */
  REPEAT("consecutive repeats"),
  /** An event of an item with fewer events than requested. */
  RARE_ITEM("events of items under the support threshold"),
  /** An event of the validation or test part whose item is not in the training part. */
  UNKNOWN_ITEM("validation and test events of items unknown in training"),
  /** An event of a sequence with fewer events than requested. */
  SHORT_SEQUENCE("events of sequences that are too short");

  private final String description;

  DropReason(String description) {
    this.description = description;
  }

  /** {@return the dropped events in plain words that follow a count} */
  public String description() {
    return description;
  }
}
