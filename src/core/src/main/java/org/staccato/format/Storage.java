package org.staccato.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The operations on the disk that publishing a file takes; each of them may fail. */
interface Storage {

  /** The file systems of this machine. */
  Storage DISK = new Storage() {};

  /** The same, but a file that would be put in the place of another is deleted. */
  Storage REHEARSAL =
      new Storage() {
        @Override
        public void replace(Path file, Path target) throws IOException {
          Files.delete(file);
        }
      };

  /** Creates a file that must not exist. */
  default FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Writes all bytes of a buffer at a position. */
  default void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
    long next = position;
    while (bytes.hasRemaining()) {
      next += channel.write(bytes, next);
    }
  }

  /** Waits until the disk holds what was written. */
  default void force(FileChannel channel) throws IOException {
    channel.force(true);
  }

  /** Puts a file in the place of another in one step. */
  default void replace(Path file, Path target) throws IOException {
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Waits until the disk holds the names of a folder. */
  default void forceFolder(Path folder) throws IOException {
    // Elsewhere a folder cannot be opened, and the file system keeps its own order.
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
