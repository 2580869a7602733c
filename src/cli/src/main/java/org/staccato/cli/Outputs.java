package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Checks before hours of work that the result can be written. */
final class Outputs {
  private Outputs() {}

  /**
   * Rejects a file that cannot be written; accepts null, which stands for no file.
   *
   * @throws BadInputException with the reason
   */
  static void requireWritable(@Nullable Path file) {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new BadInputException(file + ": is a folder, expected a file to write");
    }
    if (!Files.exists(folder)) {
      throw new BadInputException(file + ": there is no folder " + folder);
    }
    if (!Files.isDirectory(folder)) {
      throw new BadInputException(file + ": " + folder + " is not a folder");
    }
    if (Files.exists(file) && !Files.isWritable(file)) {
      throw new BadInputException(file + ": the existing file is read-only");
    }
    try {
      Files.delete(Files.createTempFile(folder, ".staccato-", ".tmp"));
    } catch (IOException refused) {
      throw new BadInputException(file + ": the folder " + folder + " cannot be written to");
    }
  }

  /**
   * Rejects a file that does not fit on its disk.
   *
   * @param bytes the approximate size of the file
   * @throws CannotWriteException if there is less room
   */
  static void requireSpace(Path file, long bytes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    long room = folder == null ? 0 : Files.getFileStore(folder).getUsableSpace();
    if (room < bytes) {
      throw new CannotWriteException(
          file
              + ": needs about "
              + Figures.bytes(bytes)
              + ", but its disk has room for "
              + Figures.bytes(room));
    }
  }
}
