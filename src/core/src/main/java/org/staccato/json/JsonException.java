package org.staccato.json;

/** A text is not JSON, or JSON of another structure than expected; the message says where. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean duplicateName;

  /**
   * Creates the exception.
   *
   * @param message what was found, and what was expected
   */
  public JsonException(String message) {
    this(message, false);
  }

  JsonException(String message, boolean duplicateName) {
    super(message);
    this.duplicateName = duplicateName;
  }

  /** {@return whether a name occurs twice in an object} */
  public boolean isDuplicateName() {
    return duplicateName;
  }
}
