package org.staccato.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The disk operations of an {@link AtomicFile}; each of them may fail. Thread-safe. */
public interface Storage {

  /** The file systems of this machine. */
  Storage DISK = new Storage() {};

  /**
   * Creates a file.
   *
   * @param file a file that must not exist
   * @return the empty file, which the caller closes
   * @throws IOException if it exists or cannot be created
   */
  default FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /**
   * Writes all bytes of a buffer.
   *
   * @param channel the file
   * @param bytes the bytes to write, from the buffer's position to its limit
   * @param position their offset in the file
   * @throws IOException if not all can be written
   */
  default void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
    long next = position;
    while (bytes.hasRemaining()) {
      next += channel.write(bytes, next);
    }
  }

  /**
   * Waits until the disk holds all writes to a file.
   *
   * @param channel the file
   * @throws IOException if the disk may not hold them
   */
  default void force(FileChannel channel) throws IOException {
    channel.force(true);
  }

  /**
   * Renames a file over another atomically.
   *
   * @param file the file
   * @param target its new name; a file of this name is replaced
   * @throws IOException if the file cannot be renamed; both are then unchanged
   */
  default void replace(Path file, Path target) throws IOException {
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Waits until the disk holds the names of a folder.
   *
   * @param folder the folder
   * @throws IOException if the disk may not hold them
   */
  default void forceFolder(Path folder) throws IOException {
    // On other systems a folder cannot be opened, and the file system orders its own writes.
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
