package org.staccato.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Thrown if a file is not a weight file that this version of Staccato can trust. The message is one
 * sentence that names the file, the field, the value found and the value expected.
 */
public final class ModelRejectedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The causes of a rejection. */
  public enum Reason {
    /** The path is a folder, a device or a pipe. */
    NOT_A_FILE,
    /** The file has no bytes. */
    EMPTY,
    /** The file ends within the header length or within the header. */
    HEADER_TRUNCATED,
    /** The header length is above the limit. */
    HEADER_TOO_LARGE,
    /** The header is not strict JSON in UTF-8. */
    HEADER_SYNTAX,
    /** A name occurs twice in one object of the header. */
    DUPLICATE_NAME,
    /**
     * The header is JSON of another structure than safetensors: a field is missing or malformed.
     */
    HEADER_STRUCTURE,
    /** The data section does not start on a 64-byte boundary. */
    HEADER_ALIGNMENT,
    /** There is no format version: a safetensors file, but not a weight file of Staccato. */
    VERSION_MISSING,
    /** The format version is not a positive integer. */
    VERSION_SYNTAX,
    /** The file was written in a format version that is no longer read. */
    VERSION_OLDER,
    /** The file was written in a later format version. */
    VERSION_NEWER,
    /** There are more tensors than the limit. */
    TENSOR_COUNT,
    /** A tensor's element type is unknown, or differs from the type that the network needs. */
    TENSOR_TYPE,
    /** A tensor's dimensions are not positive, too many, or overflow. */
    TENSOR_SHAPE,
    /** A tensor's byte range does not have the size that follows from its type and shape. */
    TENSOR_SIZE,
    /** A tensor's byte size is not a multiple of 64. */
    TENSOR_ALIGNMENT,
    /** Two tensors share bytes. */
    TENSOR_OVERLAP,
    /** Bytes between two tensors, or before the first, belong to no tensor. */
    TENSOR_GAP,
    /** The file does not end at the end of its last tensor. */
    FILE_SIZE,
    /** The digest is absent or not at the place that the format prescribes. */
    DIGEST_MISSING,
    /** The digest is not that of the bytes: the file was damaged or changed. */
    DIGEST_MISMATCH,
    /** A weight is infinite, not a number, or so large that scores might not be finite. */
    NOT_FINITE,
    /** A tensor that the network needs is absent. */
    TENSOR_MISSING,
    /** The shape of a tensor differs from the one that the network needs. */
    SHAPE,
    /** The item keys or their index contradict themselves. */
    ITEM_KEYS,
    /** The model specification is absent, malformed or impossible. */
    SPECIFICATION,
    /** A value of a tensor or of the metadata is outside its range. */
    VALUE_RANGE,
    /** The network does not reproduce the scores of the golden samples. */
    GOLDEN
  }

  /**
   * Control characters, line and paragraph separators, marks that reverse text, lone surrogates.
   */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cf}\\p{Cs}]");

  private static final int LENGTH_LIMIT = 1_000;

  // A path cannot be serialised; the message names it.
  private final transient Path file;
  private final Reason reason;
  private final String problem;

  /**
   * Rejects a file.
   *
   * @param file the file
   * @param reason the cause
   * @param problem the rest of the sentence after the file's name: field, found, expected
   */
  public ModelRejectedException(Path file, Reason reason, String problem) {
    super(file + ": " + oneLine(problem));
    this.file = file;
    this.reason = reason;
    this.problem = problem;
  }

  /**
   * Returns the same rejection of another file: of the source of the rejected file.
   *
   * @param source the other file
   * @return its rejection, whose cause is this one
   */
  public ModelRejectedException of(Path source) {
    ModelRejectedException other = new ModelRejectedException(source, reason, problem);
    other.initCause(this);
    return other;
  }

  /** Makes a text safe for one line of a log: its names and values come from the file. */
  private static String oneLine(String problem) {
    int length = problem.length();
    String shortened =
        length <= LENGTH_LIMIT
            ? problem
            : problem.substring(0, LENGTH_LIMIT / 2)
                + " ... "
                + problem.substring(length - LENGTH_LIMIT / 2);
    return UNPRINTABLE
        .matcher(shortened)
        .replaceAll(found -> String.format("U+%04X", found.group().codePointAt(0)));
  }

  /** {@return the rejected file} */
  public Path file() {
    return file;
  }

  /** {@return the cause} */
  public Reason reason() {
    return reason;
  }
}
