package org.staccato.serving;

import java.io.IOException;
import java.nio.file.Path;

/** A file is not a whole snapshot. The message is one sentence: what, where, found, expected. */
public final class SnapshotRejectedException extends IOException {
  private static final long serialVersionUID = 1L;

  SnapshotRejectedException(Path file, String problem) {
    super(file + ": " + problem);
  }
}
