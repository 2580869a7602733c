package org.staccato.live;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A version that was not published, while the one before goes on.
 *
 * @param path the file
 * @param time when it was rejected
 * @param cause why: a {@link org.staccato.format.ModelRejectedException} for what is not a weight
 *     file to be trusted, another exception for a file that could not be read
 */
public record Rejection(Path path, Instant time, IOException cause) {

  /** {@return the cause in one sentence} */
  public String reason() {
    String message = String.valueOf(cause.getMessage());
    String where = path + ": ";
    if (message.startsWith(where)) {
      return message;
    }
    // The file systems' own exceptions leave the problem to their type, or the path to the reader.
    String problem = cause.getClass().getSimpleName();
    return where + (message.equals(path.toString()) ? problem : problem + ": " + message);
  }
}
