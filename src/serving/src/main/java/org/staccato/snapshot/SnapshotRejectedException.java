package org.staccato.snapshot;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file is not a complete snapshot, or of another format. The message is one sentence: the file,
 * the place in it, what was found and what was expected.
 */
public final class SnapshotRejectedException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param file the file
   * @param problem the rest of the message
   */
  public SnapshotRejectedException(Path file, String problem) {
    super(file + ": " + problem);
  }
}
