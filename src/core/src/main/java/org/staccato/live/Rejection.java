package org.staccato.live;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A version that was not published; the version before continues to serve.
 *
 * @param path the file
 * @param time the time of the rejection
 * @param cause the cause: a {@link org.staccato.format.ModelRejectedException} for a file that is
 *     not a valid weight file, another exception for a file that could not be read
 */
public record Rejection(Path path, Instant time, IOException cause) {

  /** {@return the cause in one sentence} */
  public String reason() {
    String message = String.valueOf(cause.getMessage());
    String where = path + ": ";
    if (message.startsWith(where)) {
      return message;
    }
    // The messages of file systems' exceptions lack the problem, which is their type, or the path.
    String problem = cause.getClass().getSimpleName();
    return where + (message.equals(path.toString()) ? problem : problem + ": " + message);
  }
}
