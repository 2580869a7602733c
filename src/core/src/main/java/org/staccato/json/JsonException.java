package org.staccato.json;

/** Thrown if a text is not JSON, or has another structure than expected; the message says where. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean duplicateName;

  /**
   * Creates the exception.
   *
   * @param message the value found and the value expected
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
