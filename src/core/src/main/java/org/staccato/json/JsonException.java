package org.staccato.format;

/** A text is not JSON, or JSON of another structure than expected; the message says where. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean duplicateName;

  JsonException(String message) {
    this(message, false);
  }

  JsonException(String message, boolean duplicateName) {
    super(message);
    this.duplicateName = duplicateName;
  }

  boolean isDuplicateName() {
    return duplicateName;
  }
}
